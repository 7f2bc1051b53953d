import type { Endpoint } from './connection.ts';
import type { Latency } from './latency.ts';

/** A request whose path and body may hold `{n}`, a number of its own, and `{client}`, the number of its sender. */
export interface RequestTemplate {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
}

/** Clients that each send their next request when the last one is answered. */
export interface RequestsJob {
  readonly kind: 'requests';
  readonly endpoint: Endpoint;
  readonly request: RequestTemplate;
  readonly clients: number;
  /** Ends after so many requests or so much time, whichever comes first. */
  readonly requests?: number;
  readonly durationMs?: number;
  /** The first `{n}`. */
  readonly firstNumber?: number;
}

/** Watchers of one collection, and one writer that changes it: one write at a time. */
export interface WatchJob {
  readonly kind: 'watch';
  readonly endpoint: Endpoint;
  /** Opens a watch; `{version}` becomes the `metadata.resourceVersion` that `versionPath` answers. */
  readonly watchPath: string;
  readonly versionPath?: string;
  readonly watchers: number;
  readonly write: RequestTemplate;
  readonly firstNumber?: number;
  readonly writes: number;
  /** The next write waits until every watcher has the last one. */
  readonly paced: boolean;
}

export type Job = RequestsJob | WatchJob;

export interface JobResult {
  /** Requests answered, or events delivered. */
  readonly operations: number;
  readonly elapsedMs: number;
  /** Of requests; of watches, from sending a write to the arrival of its event. */
  readonly latency: Latency;
  /** Until the first byte of a body. */
  readonly firstByte: Latency;
  readonly bytes: number;
  /** Answers that were no success, by status or error. */
  readonly failures: Readonly<Record<string, number>>;
}

export type ToLoadProcess = { readonly id: number; readonly job: Job };
export type FromLoadProcess =
  | { readonly id: number; readonly result: JobResult }
  | { readonly id: number; readonly error: string };
