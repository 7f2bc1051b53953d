import { newSeatDemand, type SeatDemand } from './seat-demand.ts';
import type { WorkEstimate } from './types.ts';

/** What a request is assumed to take until it has ended. */
export const estimatedServiceMs = 3;

/** One request in a set. Callers make it with `newTicket` and read it. */
export interface Ticket {
  readonly estimate: WorkEstimate;
  /** The queues that the request may wait in; empty where nobody queues. */
  readonly hand: readonly number[];
  phase: 'new' | 'waiting' | 'executing' | 'lingering' | 'done';
  arrivedMs: number;
  /** When it was dispatched; 0 before. */
  startedMs: number;
  /** `r` when it came. */
  arrivalR: number;
  /** Seats it holds from dispatch to release. */
  seats: number;
  lingerMs: number;
  /** Seat-seconds. */
  work: number;
  /** -1 where nobody queues. */
  queue: number;
}

export interface Queue<T> {
  readonly index: number;
  /** In order of arrival. */
  readonly waiting: Set<T>;
  readonly executing: Set<T>;
  /** Also of those that linger. */
  seatsInUse: number;
  nextR: number;
  /** Of those that wait, seat-seconds. */
  workWaiting: number;
  /** Of those that are worked on: their seats, and the sum of when they began, each times its seats. */
  busySeats: number;
  begunSum: number;
}

export interface Queuing {
  readonly queues: number;
  readonly handSize: number;
  /** Requests that may wait in one queue. */
  readonly queueLengthLimit: number;
}

/** `exempt`: no limit. `reject`: no waiting. */
export type Discipline = 'exempt' | 'reject' | Queuing;

export interface QueueSet<T extends Ticket> {
  discipline: Discipline;
  /** Seats. */
  limit: number;
  /** Only those in use; all others are empty, and begin at the current `r` anyway. */
  readonly queues: Map<number, Queue<T>>;
  /** What is worked on without a queue. */
  readonly queueless: Set<T>;
  readonly demand: SeatDemand;
  r: number;
  lastMs: number;
  /** Index of the queue that was served last. */
  robin: number;
  /** Queues with a request that waits or is worked on. */
  activeQueues: number;
  arrivals: number;
  waiting: number;
  executing: number;
  seatsWaiting: number;
  seatsInUse: number;
  /** Of `seatsInUse`, those taken from a queue. */
  queuedSeatsInUse: number;
  /** Whoever waits is let in by `dispatchOne` only, and does not begin because seats are free. */
  paced: boolean;
  /** Told when seats are free, but fewer than the next request wants. */
  onNoAccommodation(ticket: T): void;
}

export const newQueueSet = <T extends Ticket>(
  discipline: Discipline,
  limit: number,
  nowMs: number,
  onNoAccommodation: (ticket: T) => void = () => {},
): QueueSet<T> => ({
  discipline,
  limit,
  queues: new Map(),
  queueless: new Set(),
  demand: newSeatDemand(nowMs),
  r: 0,
  lastMs: nowMs,
  robin: -1,
  activeQueues: 0,
  arrivals: 0,
  waiting: 0,
  executing: 0,
  seatsWaiting: 0,
  seatsInUse: 0,
  queuedSeatsInUse: 0,
  paced: false,
  onNoAccommodation,
});

export const newTicket = (estimate: WorkEstimate, hand: readonly number[]): Ticket => ({
  estimate,
  hand,
  phase: 'new',
  arrivedMs: 0,
  startedMs: 0,
  arrivalR: 0,
  seats: Math.max(estimate.initialSeats, estimate.finalSeats),
  lingerMs: estimate.additionalLatencyMs,
  work:
    (estimate.initialSeats * estimatedServiceMs + estimate.finalSeats * estimate.additionalLatencyMs) / 1000,
  queue: -1,
});

export const isIdle = ({ waiting, executing }: QueueSet<Ticket>): boolean => waiting === 0 && executing === 0;
