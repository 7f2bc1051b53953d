import type { JobResult } from '../load/jobs.ts';

/** Concurrent writers of values of one size, until so many writes or so much time. */
export interface SqliteJob {
  readonly clients: number;
  readonly valueBytes: number;
  readonly requests?: number;
  readonly durationMs?: number;
}

export type ToSqliteProcess = { readonly id: number; readonly job: SqliteJob };
export type FromSqliteProcess = { readonly id: number; readonly result: JobResult };

/** From the clients' thread to the writer: so many values of one size, one after another. */
export interface Batch {
  readonly count: number;
  readonly values: ArrayBuffer;
}
