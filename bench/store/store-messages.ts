/** What the process that drives a store is told, as its one argument. */
export interface StoreJob {
  /** The database file. */
  readonly path: string;
  readonly keys: number;
  /** Writes that are measured, after every key has been written once. A multiple of `slices`. */
  readonly writes: number;
  readonly slices: number;
  readonly inFlight: number;
}

/** What one slice of the writes was like. */
export interface Slice {
  readonly writes: number;
  readonly elapsedMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Processor time of the whole process for each write. */
  readonly cpuMicros: number;
  /** The longest time for which the main thread did not let the event loop turn, processor time. */
  readonly stallMs: number;
  /** At the end of the slice. */
  readonly databaseBytes: number;
  /** The most that was seen during the slice. */
  readonly logBytes: number;
  readonly residentBytes: number;
  /** Revisions from the floor to the newest at the end of the slice. */
  readonly history: number;
}

export type FromStoreProcess =
  | { readonly written: number }
  | { readonly slice: Slice }
  | { readonly done: true };
