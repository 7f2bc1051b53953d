import type { Endpoint } from '../load/connection.ts';

/** A running server that is measured. */
export interface Server {
  readonly name: string;
  readonly endpoint: Endpoint;
  /** All processes that belong to it. */
  readonly pids: readonly number[];
  /** From the start of the process until it said that it is ready. */
  readonly startMs: number;
  /** A path with the figures of its event loop, when it has one. */
  readonly metricsPath?: string;
  /** The longest time its main thread was busy since the last call, milliseconds of processor time; Node servers only. */
  readonly stallMs?: () => Promise<number>;
  stop(): Promise<void>;
}

/** A way to start an API server on a directory of its own. Starting again on the same directory finds its objects. */
export interface ServerKind {
  readonly name: string;
  /** `args` make ours a whole cluster instead of an API server alone; the reference has no such thing. */
  start(directory: string, args?: readonly string[]): Promise<Server>;
}
