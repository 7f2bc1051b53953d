/** What the process that drives a store is told, as its one argument. */
export interface StoreJob {
  /** The database file. */
  readonly path: string;
  readonly keys: number;
  readonly inFlight: number;
}

/** So many writes, please. */
export interface ToStoreProcess {
  readonly writes: number;
}

/** What some writes were like. */
export interface Writes {
  readonly writes: number;
  readonly elapsedMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Processor time of the whole process for each write. */
  readonly cpuMicros: number;
  /** The longest time for which the main thread did not let the event loop turn, processor time. */
  readonly stallMs: number;
  /** At the end. */
  readonly databaseBytes: number;
  /** The most that was seen meanwhile. */
  readonly logBytes: number;
  readonly residentBytes: number;
  /** Revisions from the floor to the newest at the end. */
  readonly history: number;
}

/** `ready` comes once, when every key has been written. */
export type FromStoreProcess = 'ready' | Writes;
