import {
  type Discipline,
  estimatedServiceMs,
  type Queue,
  type QueueSet,
  type Queuing,
  type Ticket,
} from './queue-state.ts';
import { setDemand } from './seat-demand.ts';
import type { Rejection } from './types.ts';

/*
 * Fair queuing for one priority level (KEP-1040). Requests of a flow go to the queues of its hand; whenever seats are free,
 * the queue whose next request would end first, if all queues shared the seats evenly, is served.
 *
 * That is reckoned in virtual time: `r` is the work, in seat-seconds, that every busy queue has had on average. Each queue has
 * `nextR`, the `r` at which its next request would begin: it moves on by the work of whatever is dispatched, as estimated, and
 * is corrected as soon as the request takes longer, or when it ends. Example: two queues, requests of 1 seat. The first has
 * had three of an estimated 3 ms each (`nextR` 0.009), the second comes up at r = 0.004: it is served next, and again, until
 * it has caught up.
 *
 * Here is no clock and no I/O: every function takes the time, monotonic milliseconds, and puts what may begin into
 * `started`. Only the functions of this file change a set.
 */

/** Lets virtual time pass: to be called before anything changes. */
function pass(set: QueueSet<Ticket>, nowMs: number): void {
  const sinceMs = nowMs - set.lastMs;
  if (sinceMs <= 0) return;
  set.lastMs = nowMs;
  if (set.activeQueues === 0) return;
  set.r += (set.queuedSeatsInUse / set.activeQueues) * (sinceMs / 1000);
}

const noteDemand = (set: QueueSet<Ticket>, nowMs: number): void =>
  setDemand(set.demand, set.seatsInUse + set.seatsWaiting, nowMs);

function fits(set: QueueSet<Ticket>, seats: number): boolean {
  if (set.discipline === 'exempt') return true;
  // What wants more than there is gets all of it, once nobody else has any.
  if (seats > set.limit) return set.seatsInUse === 0;
  return set.seatsInUse + seats <= set.limit;
}

/**
 * A request comes. Undefined when it was taken: its phase then tells whether it begins at once (`executing`; it is in
 * `started` only when it went through a queue) or waits. Otherwise why it was not.
 */
export function arrive<T extends Ticket>(
  set: QueueSet<T>,
  ticket: T,
  nowMs: number,
  started: T[],
): Rejection | undefined {
  pass(set, nowMs);
  ticket.arrivedMs = nowMs;
  ticket.arrivalR = set.r;
  const { discipline } = set;
  if (typeof discipline === 'string') {
    if (!fits(set, ticket.seats)) return 'concurrency-limit';
    set.queueless.add(ticket);
    begin(set, ticket, nowMs);
    return undefined;
  }
  if (!set.paced && set.waiting === 0 && set.seatsInUse < set.limit && fits(set, ticket.seats)) {
    // Nothing to choose by but the turn.
    const queue = queueAt(set, ticket.hand[set.arrivals++ % ticket.hand.length]!);
    startQueue(set, queue, nowMs);
    take(set, queue, ticket, nowMs);
    return undefined;
  }
  const queue = shortestQueue(set, ticket.hand);
  if (queue.waiting.size >= discipline.queueLengthLimit && areSeatsGone(set, discipline)) {
    dropIfEmpty(set, queue);
    return 'queue-full';
  }
  enqueue(set, queue, ticket, nowMs);
  dispatch(set, nowMs, started);
  return undefined;
}

/** Whether more cannot be let in soon. Among those that wait in a paced set are some for whom there are seats. */
function areSeatsGone(set: QueueSet<Ticket>, { handSize, queueLengthLimit }: Queuing): boolean {
  const { paced, seatsInUse, seatsWaiting, limit } = set;
  return paced ? seatsInUse + seatsWaiting >= limit + handSize * queueLengthLimit : seatsInUse >= limit;
}

/** The request has been worked on. True when its seats are free; otherwise `release` is due after its `lingerMs`. */
export function finish<T extends Ticket>(set: QueueSet<T>, ticket: T, nowMs: number, started: T[]): boolean {
  pass(set, nowMs);
  set.executing--;
  const queue = set.queues.get(ticket.queue);
  if (queue) {
    const { initialSeats } = ticket.estimate;
    queue.executing.delete(ticket);
    queue.busySeats -= initialSeats;
    queue.begunSum = queue.executing.size === 0 ? 0 : queue.begunSum - initialSeats * ticket.startedMs;
    const overestimatedMs = estimatedServiceMs - (nowMs - ticket.startedMs);
    queue.nextR -= initialSeats * (overestimatedMs / 1000);
    holdBack(queue);
    stopQueueIfIdle(set, queue);
  } else set.queueless.delete(ticket);
  ticket.phase = 'lingering';
  if (ticket.lingerMs > 0) return false;
  release(set, ticket, nowMs, started);
  return true;
}

/** The seats of a request that lingered are free. */
export function release<T extends Ticket>(set: QueueSet<T>, ticket: T, nowMs: number, started: T[]): void {
  if (ticket.phase !== 'lingering') return;
  pass(set, nowMs);
  ticket.phase = 'done';
  set.seatsInUse -= ticket.seats;
  const queue = set.queues.get(ticket.queue);
  if (queue) {
    queue.seatsInUse -= ticket.seats;
    set.queuedSeatsInUse -= ticket.seats;
    dropIfEmpty(set, queue);
  }
  noteDemand(set, nowMs);
  dispatch(set, nowMs, started);
}

/** A request that waits goes away. */
export function abandon<T extends Ticket>(set: QueueSet<T>, ticket: T, nowMs: number, started: T[]): void {
  if (ticket.phase !== 'waiting') return;
  pass(set, nowMs);
  const queue = set.queues.get(ticket.queue)!;
  leaveQueue(set, queue, ticket);
  ticket.phase = 'done';
  holdBack(queue);
  stopQueueIfIdle(set, queue);
  dropIfEmpty(set, queue);
  noteDemand(set, nowMs);
  dispatch(set, nowMs, started);
}

/** Another discipline or limit. Queues that there are too many of go on until they are empty. */
export function configure<T extends Ticket>(
  set: QueueSet<T>,
  discipline: Discipline,
  limit: number,
  nowMs: number,
  started: T[],
): void {
  pass(set, nowMs);
  set.discipline = discipline;
  set.limit = limit;
  dispatch(set, nowMs, started);
}

/** Whether somebody waits for whom there may be seats. Still the next one may want more than are free. */
export const mayDispatch = (set: QueueSet<Ticket>): boolean =>
  set.waiting > 0 && (set.seatsInUse < set.limit || mayHaveFirstSeat(set));

/**
 * Whether a queue that holds no seat may have one although others hold all. On one thread, seats that wide requests hold for long are
 * no reason why a narrow one of somebody else should wait; twice the seats are the end of it.
 */
const mayHaveFirstSeat = (set: QueueSet<Ticket>): boolean =>
  set.seatsInUse < 2 * set.limit && [...set.queues.values()].some(wantsFirstSeat);

function wantsFirstSeat(queue: Queue<Ticket>): boolean {
  return queue.seatsInUse === 0 && oldest(queue)?.seats === 1;
}

/** Lets in whoever is next. False when nobody can be. */
export function dispatchOne<T extends Ticket>(set: QueueSet<T>, nowMs: number, started: T[]): boolean {
  pass(set, nowMs);
  if (set.waiting === 0) return false;
  const best = set.seatsInUse < set.limit ? nextQueue(set, nowMs) : undefined;
  const ticketOfBest = best && oldest(best)!;
  const bestFits = ticketOfBest !== undefined && fits(set, ticketOfBest.seats);
  if (ticketOfBest && !bestFits) set.onNoAccommodation(ticketOfBest);
  const queue = bestFits ? best : nextNewcomer(set, nowMs);
  if (!queue) return false;
  const ticket = oldest(queue)!;
  leaveQueue(set, queue, ticket);
  set.robin = queue.index;
  if (ticket.estimate.finalSeats > set.limit) narrow(ticket, set.limit);
  take(set, queue, ticket, nowMs);
  holdBack(queue);
  started.push(ticket);
  return true;
}

function dispatch<T extends Ticket>(set: QueueSet<T>, nowMs: number, started: T[]): void {
  if (set.paced) return;
  while (dispatchOne(set, nowMs, started));
}

/** What a request leaves to do takes longer on fewer seats. */
function narrow(ticket: Ticket, seats: number): void {
  const { initialSeats, finalSeats, additionalLatencyMs } = ticket.estimate;
  ticket.seats = Math.max(initialSeats, seats);
  ticket.lingerMs = (finalSeats * additionalLatencyMs) / seats;
}

/** Of the queues that may have their first seat although there is none, the next. */
const nextNewcomer = <T extends Ticket>(set: QueueSet<T>, nowMs: number): Queue<T> | undefined =>
  mayHaveFirstSeat(set) ? nextQueue(set, nowMs, wantsFirstSeat) : undefined;

/** Of the queues where somebody waits, the one whose oldest request would end first; in turn when several would. */
function nextQueue<T extends Ticket>(
  set: QueueSet<T>,
  nowMs: number,
  isMeant: (queue: Queue<T>) => boolean = () => true,
): Queue<T> {
  const { discipline, robin } = set;
  const count = typeof discipline === 'string' ? 1 : discipline.queues;
  const turn = (index: number) => (((index - robin - 1) % count) + count) % count;
  let best: Queue<T> | undefined;
  let bestEnd = Number.POSITIVE_INFINITY;
  for (const queue of set.queues.values()) {
    const head = oldest(queue);
    if (!head || !isMeant(queue)) continue;
    const end = queue.nextR + overrun(queue, nowMs) + head.work;
    if (end > bestEnd || (best && end === bestEnd && turn(queue.index) >= turn(best.index))) continue;
    best = queue;
    bestEnd = end;
  }
  return best!;
}

/** Seat-seconds that the requests of a queue have taken beyond what was estimated when they began. */
const overrun = ({ busySeats, begunSum }: Queue<unknown>, nowMs: number): number =>
  Math.max(0, busySeats * (nowMs - estimatedServiceMs) - begunSum) / 1000;

const oldest = <T>(queue: Queue<T>): T | undefined => queue.waiting.values().next().value;

/** Of a flow's queues the one with the least work waiting; flows that share queues begin to look at different ones. */
function shortestQueue<T extends Ticket>(set: QueueSet<T>, hand: readonly number[]): Queue<T> {
  const offset = set.arrivals++ % hand.length;
  let best = hand[offset]!;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < hand.length; i++) {
    const index = hand[(offset + i) % hand.length]!;
    const work = set.queues.get(index)?.workWaiting ?? 0;
    if (work >= least) continue;
    least = work;
    best = index;
  }
  return queueAt(set, best);
}

function queueAt<T extends Ticket>(set: QueueSet<T>, index: number): Queue<T> {
  let queue = set.queues.get(index);
  if (!queue) {
    const empty = { seatsInUse: 0, nextR: 0, workWaiting: 0, busySeats: 0, begunSum: 0 };
    queue = { index, waiting: new Set(), executing: new Set(), ...empty };
    set.queues.set(index, queue);
  }
  return queue;
}

const isQuiet = ({ waiting, executing }: Queue<unknown>): boolean =>
  waiting.size === 0 && executing.size === 0;

/** A queue that was empty begins where those stand that had the least: nothing is owed to it, and it owes nothing. */
function startQueue<T extends Ticket>(set: QueueSet<T>, queue: Queue<T>, nowMs: number): void {
  if (isQuiet(queue)) {
    queue.nextR = set.waiting === 0 ? set.r : Math.min(set.r, leastR(set, nowMs));
    set.activeQueues++;
  } else if (queue.waiting.size === 0 && queue.nextR < set.r) queue.nextR = set.r;
}

/** Where the queue stands that had the least of those that wait. */
function leastR(set: QueueSet<Ticket>, nowMs: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (const queue of set.queues.values())
    if (queue.waiting.size > 0) least = Math.min(least, queue.nextR + overrun(queue, nowMs));
  return least;
}

function stopQueueIfIdle<T extends Ticket>(set: QueueSet<T>, queue: Queue<T>): void {
  if (!isQuiet(queue)) return;
  set.activeQueues--;
  // Nobody holds a reading of `r` any more: it need not grow forever.
  if (set.activeQueues === 0) set.r = 0;
}

function dropIfEmpty<T extends Ticket>(set: QueueSet<T>, queue: Queue<T>): void {
  if (isQuiet(queue) && queue.seatsInUse === 0) set.queues.delete(queue.index);
}

/** Nobody is served before they came: a queue cannot save up turns that it did not need. */
function holdBack<T extends Ticket>(queue: Queue<T>): void {
  const head = oldest(queue);
  if (head && queue.nextR < head.arrivalR) queue.nextR = head.arrivalR;
}

function enqueue<T extends Ticket>(set: QueueSet<T>, queue: Queue<T>, ticket: T, nowMs: number): void {
  startQueue(set, queue, nowMs);
  ticket.arrivalR = Math.min(ticket.arrivalR, queue.nextR);
  ticket.phase = 'waiting';
  ticket.queue = queue.index;
  queue.waiting.add(ticket);
  queue.workWaiting += ticket.work;
  set.waiting++;
  set.seatsWaiting += ticket.seats;
  noteDemand(set, nowMs);
}

function leaveQueue<T extends Ticket>(set: QueueSet<T>, queue: Queue<T>, ticket: T): void {
  queue.waiting.delete(ticket);
  queue.workWaiting = queue.waiting.size === 0 ? 0 : queue.workWaiting - ticket.work;
  set.waiting--;
  set.seatsWaiting -= ticket.seats;
}

function take<T extends Ticket>(set: QueueSet<T>, queue: Queue<T>, ticket: T, nowMs: number): void {
  ticket.queue = queue.index;
  queue.executing.add(ticket);
  queue.seatsInUse += ticket.seats;
  queue.nextR += ticket.work;
  queue.busySeats += ticket.estimate.initialSeats;
  queue.begunSum += ticket.estimate.initialSeats * nowMs;
  set.queuedSeatsInUse += ticket.seats;
  begin(set, ticket, nowMs);
}

function begin<T extends Ticket>(set: QueueSet<T>, ticket: T, nowMs: number): void {
  ticket.phase = 'executing';
  ticket.startedMs = nowMs;
  set.executing++;
  set.seatsInUse += ticket.seats;
  noteDemand(set, nowMs);
}
