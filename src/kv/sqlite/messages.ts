import type { Lease } from '../lease-table.ts';
import type { KeyValue, KvEvent, LeaseId, ListOptions, Revision } from '../types.ts';

/** What the worker is started with. */
export interface WorkerOptions {
  /** The database file. */
  readonly path: string;
  /** Most bytes the database file may grow to. */
  readonly maxBytes: number;
}

/** Numbers each asynchronous question, so that its answers find the asker. */
export type RequestId = number;

/*
 * From the main thread to the worker.
 */

/** Kinds of operation in a batch; a number because a batch is packed. */
export const opKind = { put: 1, delete: 2, grant: 3, revoke: 4, compact: 5 } as const;
export type OpKind = (typeof opKind)[keyof typeof opKind];

/**
 * Operations of one turn, packed: one key and `numbersPerOp` numbers each, the values one after another. A message with
 * three large parts is cheaper to send than one with many small ones. The buffers are transferred.
 */
export interface BatchMessage {
  readonly kind: 'batch';
  readonly keys: readonly string[];
  /**
   * Per operation: kind, argument, length of the value in bytes, id. The argument is the expected revision of a put or
   * delete, the expiry of a grant (milliseconds since the epoch), the floor of a compaction; the id is the lease (0: none)
   * of a put or revoke, the request of a compaction.
   */
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly values: ArrayBuffer;
}

export const numbersPerOp = 4;

export type ReadMessage =
  | {
      readonly kind: 'get';
      readonly id: RequestId;
      readonly key: string;
      readonly revision: Revision | undefined;
    }
  | { readonly kind: 'list'; readonly id: RequestId; readonly prefix: string; readonly options: ListOptions }
  | { readonly kind: 'count'; readonly id: RequestId; readonly prefix: string }
  | {
      readonly kind: 'history';
      readonly id: RequestId;
      readonly fromRevision: Revision;
      readonly previous: boolean;
    };

export type ToWorker =
  | BatchMessage
  | ReadMessage
  /** From now on committed events carry what was there before (or no longer do). */
  | { readonly kind: 'previous'; readonly wanted: boolean }
  /** Nobody waits for the rest of the answer. */
  | { readonly kind: 'cancel'; readonly id: RequestId }
  | { readonly kind: 'close' };

/*
 * From the worker to the main thread.
 */

/** An error that crosses the border between the threads; `thrown.ts` makes the real one of it. */
export type ErrorMessage =
  | { readonly name: 'compacted'; readonly revision: Revision }
  | { readonly name: 'future'; readonly revision: Revision }
  | { readonly name: 'lease'; readonly lease: LeaseId }
  | { readonly name: 'unavailable'; readonly message: string; readonly outcomeUnknown: boolean };

/** What became of an operation that is not a plain successful put. */
export type Outcome =
  | { readonly kind: 'lost'; readonly revision: Revision; readonly current: KeyValue | undefined }
  | { readonly kind: 'updated'; readonly previous: KeyValue }
  /** With its event, because the main thread does not know the last value. */
  | { readonly kind: 'deleted'; readonly event: KvEvent }
  | { readonly kind: 'granted'; readonly lease: LeaseId }
  | { readonly kind: 'revoked'; readonly events: readonly KvEvent[] }
  /** The floor is raised; a `compacted` message follows when the space is free. */
  | { readonly kind: 'compacting'; readonly compactRevision: Revision }
  | { readonly kind: 'failed'; readonly error: ErrorMessage };

/** One transaction: the operations are the oldest `count` that are still unanswered. */
export interface CommitMessage {
  readonly kind: 'commit';
  readonly count: number;
  /** The revision before the first write of the transaction. Each write has the next one. */
  readonly baseRevision: Revision;
  /** Per operation: the create revision of a successful put, otherwise 0. */
  readonly created: Float64Array<ArrayBuffer>;
  /** By position of the operation; none for a put that succeeded when nobody wants to know what was there before. */
  readonly outcomes: readonly (readonly [number, Outcome])[];
}

/** A part of a list, packed as in a batch. */
export interface PackedItems {
  readonly keys: readonly string[];
  /** Per item: mod revision, create revision, length of the value in bytes, position in the list. */
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly values: ArrayBuffer;
}

export const numbersPerItem = 4;

export type FromWorker =
  | {
      readonly kind: 'ready';
      readonly revision: Revision;
      readonly compactRevision: Revision;
      readonly leases: readonly Lease[];
    }
  /** The store could not be opened; the worker has ended. */
  | { readonly kind: 'refused'; readonly message: string }
  | CommitMessage
  /** The transaction was rolled back. */
  | { readonly kind: 'commitFailed'; readonly count: number; readonly error: ErrorMessage }
  | { readonly kind: 'compacted'; readonly id: RequestId }
  | {
      readonly kind: 'got';
      readonly id: RequestId;
      readonly revision: Revision;
      readonly item: KeyValue | undefined;
    }
  | { readonly kind: 'counted'; readonly id: RequestId; readonly revision: Revision; readonly count: number }
  | {
      readonly kind: 'page';
      readonly id: RequestId;
      readonly revision: Revision;
      readonly items: PackedItems;
      /** All positions so far are below. Some stay empty: keys that turned out not to be there at the revision. */
      readonly positions: number;
      /** The list has no further pages. */
      readonly last: boolean;
      /** On the last page: whether the list's limit cut it. */
      readonly more: boolean;
    }
  | {
      readonly kind: 'past';
      readonly id: RequestId;
      readonly events: readonly KvEvent[];
      /** Everything up to here has been delivered. */
      readonly revision: Revision;
      /** Later events come with their commits. */
      readonly last: boolean;
    }
  | { readonly kind: 'readFailed'; readonly id: RequestId; readonly error: ErrorMessage }
  | { readonly kind: 'closed' };
