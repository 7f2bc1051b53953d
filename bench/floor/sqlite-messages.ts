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

/** To the writer: values, one after another. */
export interface Batch {
  readonly lengths: readonly number[];
  readonly values: ArrayBuffer;
}
