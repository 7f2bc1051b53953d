import type { UserInfo } from '../apimachinery/user.ts';

/** What flow control looks at of a path and method. */
export interface FlowInfo {
  readonly path: string;
  readonly query: URLSearchParams;
  /** False for `/healthz`, discovery and the like; everything below but the verb is '' then. */
  readonly isResource: boolean;
  /** Lower case. */
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

/** One request that asks for a seat. */
export interface FlowCall {
  readonly info: FlowInfo;
  readonly user: UserInfo;
  /** Monotonic milliseconds of its arrival. */
  readonly startMs: number;
  /** What the request allows itself (`?timeout=`), when that is less than the server's own limit. */
  readonly timeoutMs?: number | undefined;
  /** `signal` aborts when the client goes away; asked for only when the request has to wait. */
  readonly exchange: { readonly signal: AbortSignal };
}

/** A request's place in the house, from `enter` to `leave`. */
export interface Seat {
  /** What the answer carries about its classification. */
  readonly headers: Readonly<Record<string, string>> | undefined;
  /** Set when the request must be answered with 429; seconds after which to try again. */
  readonly retryAfterSeconds: number | undefined;
  /**
   * Set while the request has to wait. Resolves when it may go on; rejects with the 429 when it waited too long, and
   * with the reason of the signal when its client went away.
   */
  readonly waiting: Promise<void> | undefined;
}

/** Limits how many requests are worked on at once. Called once per request, after its user is known. */
export interface FlowControl {
  /** Gives a seat at once whenever one is free. Never throws. */
  enter(call: FlowCall): Seat;
  /** The request is done, or is a watch that has sent what there was. Idempotent; also for seats that were refused. */
  leave(seat: Seat): void;
  /** The request has worked for a while and has more to do; resolves when it is its turn again. */
  pause(seat: Seat): Promise<void> | undefined;
  /** The request is over for good: a watch is not counted among the interested any more. Idempotent. */
  forget(seat: Seat): void;
  /** Prometheus text exposition, '' when nothing is counted. */
  metrics(): string;
  /** The text of a page below `/debug/api_priority_and_fairness/`, or undefined when there is no such page. */
  dump(page: string, includeRequestDetails: boolean): string | undefined;
  /** Stops the timers. */
  stop(): void;
}

/** What a request will cost. */
export interface WorkEstimate {
  /** Seats while it is worked on. */
  readonly initialSeats: number;
  /** Seats of what it leaves to do: telling watchers. */
  readonly finalSeats: number;
  /** How long those are taken after the answer. */
  readonly additionalLatencyMs: number;
}

export type Rejection = 'queue-full' | 'concurrency-limit' | 'time-out' | 'cancelled';
