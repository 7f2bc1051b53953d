/** A revision of the store: a positive integer below 2^53, larger for every later write. */
export type Revision = number;

/** One key at one moment. `value` is shared and must never be written to. */
export interface KeyValue {
  readonly key: string;
  readonly value: Uint8Array;
  /** Revision of the write that made this value. */
  readonly modRevision: Revision;
  /** Revision of the write that created the key after it last did not exist. */
  readonly createRevision: Revision;
}

export interface GetResult {
  /** The store's revision at the time of the answer (or the one asked for). */
  readonly revision: Revision;
  readonly kv: KeyValue | undefined;
}

export interface ListOptions {
  /** Read as of this revision; the newest when absent. */
  readonly revision?: Revision;
  /** First key to return, inclusive; the prefix itself when absent. */
  readonly startKey?: string;
  /** Most keys to return, at least 1; no limit when absent. */
  readonly limit?: number;
}

export interface ListResult {
  readonly revision: Revision;
  /** In ascending byte order of the keys. */
  readonly items: readonly KeyValue[];
  /** True when `limit` cut the list. */
  readonly more: boolean;
}

/** A lost comparison is a result with what is there now, not an exception. */
export type WriteResult =
  | { readonly ok: true; readonly revision: Revision }
  | { readonly ok: false; readonly revision: Revision; readonly current: KeyValue | undefined };

export type LeaseId = number;

export interface PutOptions {
  /** The key goes away when this lease ends. */
  readonly lease?: LeaseId;
}

export interface KvEvent {
  readonly type: 'put' | 'delete';
  readonly key: string;
  /** Revision of the write. Every write has a revision of its own, so an event is known by it. */
  readonly revision: Revision;
  /** The value put; for a delete the last value. */
  readonly value: Uint8Array;
  /** Revision that created the key; equal to `revision` for the put that created it. */
  readonly createRevision: Revision;
  /**
   * What was there before; undefined for the put that created the key. Only to be relied on by a watch that asked for it
   * (`WatchOptions.previous`), because a store may have to read it back.
   */
  readonly previous: KeyValue | undefined;
}

export interface WatchOptions {
  /** Events carry what was there before. */
  readonly previous?: boolean;
}

export interface WatchSink {
  /**
   * Events in order of their revision, each exactly once, starting at the asked-for revision. A call may carry several.
   * Called after the writes are durable and before their promises resolve, so that a writer that continues finds every
   * live watch informed. Must not throw and must return quickly: it queues, it does not work.
   */
  onEvents(events: readonly KvEvent[]): void;
  /**
   * Everything up to and including `revision` has been delivered. Stores call it when they know (for embedded stores
   * after every batch of events); the cache uses it to serve consistent reads.
   */
  onProgress(revision: Revision): void;
  /**
   * The watch is over: `CompactedError` when the asked-for revision is gone, `StoreUnavailableError` when the store was
   * closed or failed. No callback is called afterwards.
   */
  onError(error: Error): void;
}

export interface KvWatch {
  /** Ends the watch; no callback is called afterwards. */
  stop(): void;
}

/** Thrown (or given to `onError`) when a revision below the compaction floor is asked for. */
export class CompactedError extends Error {
  readonly compactRevision: Revision;
  constructor(compactRevision: Revision) {
    super(`required revision has been compacted (oldest is ${compactRevision})`);
    this.name = 'CompactedError';
    this.compactRevision = compactRevision;
  }
}

/** Thrown when a read names a revision the store has not reached. */
export class FutureRevisionError extends Error {
  readonly currentRevision: Revision;
  constructor(currentRevision: Revision) {
    super(`required revision is a future revision (newest is ${currentRevision})`);
    this.name = 'FutureRevisionError';
    this.currentRevision = currentRevision;
  }
}

/** Thrown when the store is closed or can no longer write (disk full, worker gone). Whether the write happened is unknown
 * only when `outcomeUnknown` is true. */
export class StoreUnavailableError extends Error {
  readonly outcomeUnknown: boolean;
  constructor(message: string, outcomeUnknown: boolean, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreUnavailableError';
    this.outcomeUnknown = outcomeUnknown;
  }
}

/** Thrown when a lease is named that was never granted, was revoked or ran out. */
export class LeaseNotFoundError extends Error {
  readonly lease: LeaseId;
  constructor(lease: LeaseId) {
    super(`requested lease not found: ${lease}`);
    this.name = 'LeaseNotFoundError';
    this.lease = lease;
  }
}

/**
 * Revisions and bytes. Used by `storage` only. Keys are non-empty strings of printable ASCII up to 1,024 bytes; values
 * are up to 8 MiB and belong to the store from the call on: they are never copied, so nobody may write to them. Anything
 * else is refused with a RangeError. Writes are durable when their promise resolves (for stores that are durable at all).
 * The rules in full: SPEC.md.
 */
export interface Kv {
  /** True when others may write too: then `revision()` alone does not tell whether something newer is there. */
  readonly shared: boolean;
  /** Answers of one store instance never go back in revision. */
  get(key: string, revision?: Revision): Promise<GetResult>;
  /** `prefix` ends in '/'. */
  list(prefix: string, options?: ListOptions): Promise<ListResult>;
  count(prefix: string): Promise<{ readonly revision: Revision; readonly count: number }>;
  /** Puts when the key's mod revision equals `expected`; 0 means that the key must not exist. */
  putIf(key: string, value: Uint8Array, expected: Revision, options?: PutOptions): Promise<WriteResult>;
  /** Deletes when the key's mod revision equals `expected`. A missing key is a lost comparison. */
  deleteIf(key: string, expected: Revision): Promise<WriteResult>;
  /** Events of all keys with revision >= `fromRevision`. No callback is called before this returns. */
  watch(fromRevision: Revision, sink: WatchSink, options?: WatchOptions): KvWatch;

  /** The newest revision this instance has acknowledged or seen. A fresh store is at revision 1. */
  revision(): Revision;
  /** The newest revision of all: not older than any write, of whomever, that was answered before the call. */
  currentRevision(): Promise<Revision>;
  /** The oldest revision that can still be read and watched from; history below it may be gone. */
  compactRevision(): Revision;
  /**
   * Drops history below `revision` (values still current at `revision` stay). In small slices; resolves when done. At or
   * below the floor nothing is done; a revision from the future is refused with FutureRevisionError.
   */
  compact(revision: Revision): Promise<void>;

  /** A lease of `ttlSeconds`; keys put under it are deleted, each as an ordinary delete, after it ran out. */
  grantLease(ttlSeconds: number): Promise<LeaseId>;
  /** Ends a lease now and deletes its keys. Rejects with LeaseNotFoundError when there is none. */
  revokeLease(lease: LeaseId): Promise<void>;

  /**
   * Finishes queued writes, then closes; watches get `onError`. Idempotent. Later calls reject (`watch` throws) with
   * StoreUnavailableError.
   */
  close(): Promise<void>;
}
