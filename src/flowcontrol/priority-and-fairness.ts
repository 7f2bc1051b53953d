import type { Clock } from '../apimachinery/clock.ts';
import type { GroupResource } from '../apimachinery/gvk.ts';
import type { Reader } from '../apimachinery/reader.ts';
import { tooManyRequestsText } from '../apimachinery/status.ts';
import { createAdjustmentTimer } from './adjustment-timer.ts';
import { dumpPage } from './dump.ts';
import { type CountObjects, type EstimateSources, estimateWork } from './estimate.ts';
import { observe } from './histogram.ts';
import { rulesMatch } from './matching.ts';
import { flowControlMetrics } from './metrics.ts';
import { abandon, arrive, finish, newTicket, release } from './queue-set.ts';
import { noteRefusal } from './retry-after.ts';
import { createRoster, type LiveSchema } from './roster.ts';
import { dealHand, hashFlow } from './shuffle-sharding.ts';
import type { Tallies } from './tally.ts';
import type { FlowTicket } from './ticket.ts';
import type { FlowCall, FlowControl, Rejection } from './types.ts';
import { createWatchCount, type WatchCount } from './watch-count.ts';

export interface PriorityAndFairnessOptions {
  /** Serves FlowSchemas and PriorityLevelConfigurations. */
  readonly reader: Reader;
  /** Moves whenever an object of the resource has changed. */
  readonly changeStamp: (resource: GroupResource) => number;
  readonly countObjects: CountObjects;
  readonly clock: Clock;
  /** Seats of the whole server, above 0. */
  readonly seats: number;
  /** How long requests may take. */
  readonly requestTimeoutMs: number;
}

/** Requests that wait in all levels together; each queue has the limit of its PriorityLevelConfiguration beside. */
const maxWaitingRequests = 50_000;
/** Nobody waits longer, however long the request itself may take. */
const maxWaitMs = 60_000;
/** Part of the time for a request that it may spend waiting. */
const waitShare = 1 / 4;
/** Flows of one schema whose queues are remembered; beyond it they are reckoned again. */
const maxFlowsRemembered = 1_024;
/** Names that are longer are not remembered. */
const maxRememberedNameChars = 256;

/**
 * API Priority and Fairness (KEP-1040). Requests are classified by FlowSchemas into flows and priority levels; each level
 * has seats of its own and shares them fairly among its flows.
 */
export function createPriorityAndFairness(options: PriorityAndFairnessOptions): FlowControl {
  const { clock, countObjects } = options;
  const tallies: Tallies = new Map();
  const watches = createWatchCount();
  const sources: EstimateSources = { countObjects, interestedWatches: watches.interested };
  const roster = createRoster({ ...options, tallies, begin });
  const timer = createAdjustmentTimer(clock, (nowMs, quietPeriods) => {
    roster.adjust(nowMs, quietPeriods);
    return [...roster.levels.values()].some(
      ({ stats, set }) => stats.highWatermark > 0 || set.demand.max > 0,
    );
  });
  /** Filled by whatever frees seats, and emptied by `begin` at once. */
  const started: FlowTicket[] = [];
  let waitingRequests = 0;

  function begin(tickets: readonly FlowTicket[]): void {
    for (const ticket of tickets) {
      noteStart(ticket, watches);
      ticket.wake?.();
    }
    started.length = 0;
  }

  /** Waits for `begin`; gives up when the time is over or the client gone. */
  function wait(ticket: FlowTicket, nowMs: number): Promise<void> {
    const { level, tally, call } = ticket;
    const { signal } = call.exchange;
    waitingRequests++;
    tally.waiting++;
    tally.waitingSeats += ticket.seats;
    return new Promise((resolve, reject) => {
      const end = () => {
        waitingRequests--;
        ticket.wake = undefined;
        limit.cancel();
        signal.removeEventListener('abort', goAway);
        tally.waiting--;
        tally.waitingSeats -= ticket.seats;
      };
      const giveUp = (why: Rejection, error: unknown) => {
        const atMs = clock.monotonicMs();
        end();
        abandon(level.set, ticket, atMs, started);
        observe(tally.waitedInVain, (atMs - ticket.arrivedMs) / 1000);
        refuse(ticket, why, atMs);
        begin(started);
        roster.retire(level);
        reject(error ?? tooManyRequestsText(ticket.retryAfterSeconds!));
      };
      const goAway = () => giveUp('cancelled', signal.reason);
      const leftMs = call.startMs + waitLimitMs(call, options.requestTimeoutMs) - nowMs;
      const limit = clock.setTimer(leftMs, () => giveUp('time-out', undefined));
      ticket.wake = () => {
        end();
        observe(tally.waited, (ticket.startedMs - ticket.arrivedMs) / 1000);
        tally.begunAtOnce--;
        resolve();
      };
      if (signal.aborted) goAway();
      else if (waitingRequests > maxWaitingRequests) giveUp('queue-full', undefined);
      else signal.addEventListener('abort', goAway, { once: true });
    });
  }

  return {
    enter(call) {
      const nowMs = clock.monotonicMs();
      timer.touch(nowMs);
      const ticket = ticketFor(classify(roster.schemas(nowMs), call), call, sources);
      const { level, tally } = ticket;
      observe(tally.seats, ticket.seats);
      const rejection = arrive(level.set, ticket, nowMs, started);
      if (rejection) {
        tally.refusedAtOnce++;
        refuse(ticket, rejection, nowMs);
        return ticket;
      }
      if (ticket.phase === 'executing' && started.length === 0) noteStart(ticket, watches);
      else begin(started);
      const queue = level.set.queues.get(ticket.queue);
      if (queue) observe(tally.queueLength, Math.max(1, queue.waiting.size));
      if (ticket.phase === 'waiting') ticket.waiting = wait(ticket, nowMs);
      return ticket;
    },
    leave(seat) {
      const ticket = seat as FlowTicket;
      if (ticket.phase !== 'executing') return;
      const { level, tally, seats } = ticket;
      const nowMs = clock.monotonicMs();
      const isWatch = ticket.call.info.verb === 'watch';
      observe(isWatch ? tally.watchSeconds : tally.executionSeconds, (nowMs - ticket.startedMs) / 1000);
      tally.executing--;
      if (finish(level.set, ticket, nowMs, started)) tally.executingSeats -= seats;
      else {
        clock.setTimer(ticket.lingerMs, () => {
          release(level.set, ticket, clock.monotonicMs(), started);
          tally.executingSeats -= seats;
          begin(started);
        });
      }
      if (started.length > 0) begin(started);
      if (level.quiescing) roster.retire(level);
    },
    forget: (seat) => (seat as FlowTicket).forgetWatch?.(),
    metrics() {
      roster.schemas(clock.monotonicMs());
      return flowControlMetrics(roster, tallies);
    },
    dump(page, includeRequestDetails) {
      roster.schemas(clock.monotonicMs());
      const epochMs = clock.now() - clock.monotonicMs();
      return dumpPage(page, roster.levels, epochMs, includeRequestDetails);
    },
    stop: timer.stop,
  };
}

function classify(schemas: readonly LiveSchema[], { user, info }: FlowCall): LiveSchema {
  for (const schema of schemas) if (rulesMatch(schema.config.rules, user, info)) return schema;
  // Every user is authenticated or not, so that the catch-all takes whatever comes here; it takes the rest, too.
  return schemas.find(({ config }) => config.name === 'catch-all') ?? schemas.at(-1)!;
}

function ticketFor(schema: LiveSchema, call: FlowCall, sources: EstimateSources): FlowTicket {
  const { level, tally, config, headers } = schema;
  const { discipline } = level.config;
  const distinguisher = typeof discipline === 'string' || discipline.queues < 2 ? '' : flowOf(schema, call);
  return {
    ...newTicket(estimateWork(sources, call.info, level.maxSeats), handOf(schema, distinguisher)),
    level,
    tally,
    schema: config.name,
    distinguisher,
    call,
    headers,
    retryAfterSeconds: undefined,
    waiting: undefined,
    wake: undefined,
    forgetWatch: undefined,
  };
}

function flowOf({ config }: LiveSchema, { user, info }: FlowCall): string {
  switch (config.distinguisher) {
    case 'ByUser':
      return user.name;
    case 'ByNamespace':
      return info.namespace;
    case undefined:
      return '';
  }
}

const noHand: readonly number[] = Object.freeze([]);
const onlyQueue: readonly number[] = Object.freeze([0]);

function handOf({ level, config, hands }: LiveSchema, distinguisher: string): readonly number[] {
  const { discipline } = level.config;
  if (typeof discipline === 'string') return noHand;
  if (discipline.queues < 2) return onlyQueue;
  let hand = hands.get(distinguisher);
  if (hand) return hand;
  hand = dealHand(hashFlow(config.name, distinguisher), discipline.queues, discipline.handSize);
  if (hands.size >= maxFlowsRemembered) hands.clear();
  if (distinguisher.length <= maxRememberedNameChars) hands.set(distinguisher, hand);
  return hand;
}

function noteStart(ticket: FlowTicket, watches: WatchCount): void {
  const { level, tally, call } = ticket;
  level.dispatched++;
  tally.dispatched++;
  if (level.config.discipline !== 'exempt') tally.begunAtOnce++;
  tally.executing++;
  tally.executingSeats += ticket.seats;
  if (call.info.verb === 'watch') ticket.forgetWatch = watches.register(call.info);
}

function refuse(ticket: FlowTicket, why: Rejection, nowMs: number): void {
  const { level, tally } = ticket;
  level.rejected++;
  if (why === 'time-out') level.timedOut++;
  if (why === 'cancelled') level.cancelled++;
  tally.rejected[why]++;
  noteRefusal(level.retryAfter, nowMs);
  ticket.retryAfterSeconds = level.retryAfter.seconds;
}

function waitLimitMs({ timeoutMs }: FlowCall, requestTimeoutMs: number): number {
  return Math.min((timeoutMs ?? requestTimeoutMs) * waitShare, maxWaitMs);
}
