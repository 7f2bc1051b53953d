import type { Clock } from '../apimachinery/clock.ts';
import { emptyMap, type OrderedMap } from '../apimachinery/ordered-map.ts';
import {
  CompactedError,
  type Kv,
  type KvEvent,
  type KvWatch,
  type Revision,
  StoreUnavailableError,
} from '../kv/types.ts';
import { ChangeWindow, type WindowLimits } from './change-window.ts';
import { type ChangeEvent, type Entry, entryOf } from './entry.ts';
import { storageError, translated } from './errors.ts';
import { Followers, isBelow, type Subscriber, type Subscription } from './followers.ts';
import { loadObjects } from './load.ts';
import type { Mark } from './mark.ts';

/** All objects as of one revision. Immutable, so that pages of a list read from the same state. */
export interface Snapshot {
  readonly revision: Revision;
  readonly objects: OrderedMap<Entry>;
}

const defaultLimits: WindowLimits = {
  maxWindowEvents: 20_000,
  maxWindowBytes: 64 * 1024 * 1024,
  // As long as history is kept by default (upstream `eventFreshDuration` is 75 seconds).
  maxWindowMs: 300_000,
  leastWindowEvents: 1_000,
};

/** The answer of `subscribe`: what had happened since the asked-for revision, and the subscription to the rest. */
export interface Subscribed extends Subscription {
  /** The state that the subscription follows on: the newest, after `missed`. */
  readonly snapshot: Snapshot;
  /** Changes after the asked-for revision up to the snapshot, in order. */
  readonly missed: readonly ChangeEvent[];
}

interface Waiter {
  readonly revision: Revision;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One reader of one log: every object's newest bytes, an index over them, and a window of recent changes.
 *
 * Filled by `start` from a list and a watch of the whole store. The store delivers changes before it answers the write,
 * so with an embedded store a reader always finds what it was told is written; with a shared one `fresh` waits.
 */
export class WatchCache {
  readonly #kv: Kv;
  readonly #clock: Clock;
  readonly #limits: WindowLimits;
  readonly #onFailure: (error: Error) => void;
  readonly #followers = new Followers();
  #current: Snapshot = { revision: 0, objects: emptyMap() };
  #window: ChangeWindow;
  #waiters: Waiter[] = [];
  #kvWatch: KvWatch | undefined;
  #failure: Error | undefined;

  constructor(
    kv: Kv,
    clock: Clock,
    onFailure: (error: Error) => void,
    limits: Partial<WindowLimits> = defaultLimits,
  ) {
    this.#kv = kv;
    this.#clock = clock;
    this.#onFailure = onFailure;
    this.#limits = { ...defaultLimits, ...limits };
    this.#window = new ChangeWindow(this.#limits, clock, 0);
  }

  /**
   * Loads the store and follows it; resolves when changes come as they happen. Call once, before anything else: a write
   * that is answered before would not be found here yet.
   */
  start(): Promise<void> {
    return this.#load();
  }

  async #load(): Promise<void> {
    const { revision, objects } = await loadObjects(this.#kv);
    this.#current = { revision, objects };
    this.#window = new ChangeWindow(this.#limits, this.#clock, revision, objects);
    this.#followers.end();
    const following = this.#follow(revision + 1);
    this.#reach(revision);
    await following;
  }

  /**
   * Others have compacted what this cache had not read yet, as it was cut off for long: it begins anew. Whoever follows is ended, and
   * comes back as after any end of a watch.
   */
  #restart(): void {
    this.#load().catch((error: Error) => this.#fail(error));
  }

  #follow(from: Revision): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#kvWatch = this.#kv.watch(from, {
        onEvents: (events) => {
          try {
            for (const event of events) this.#apply(event);
          } catch (error) {
            // Others can write to a shared store what nobody can read. What comes after it makes no whole state any more.
            reject(error);
            this.#kvWatch?.stop();
            this.#fail(new StoreUnavailableError((error as Error).message, false, { cause: error }));
          }
        },
        onProgress: (reached) => {
          this.#reach(reached);
          if (reached >= this.#kv.revision()) resolve();
        },
        onError: (error) => {
          reject(error);
          if (error instanceof CompactedError && this.#kv.shared) this.#restart();
          else this.#fail(error);
        },
      });
    });
  }

  stop(): void {
    this.#kvWatch?.stop();
    this.#followers.end();
  }

  get revision(): Revision {
    return this.#current.revision;
  }

  /** Why the store cannot be followed any more; the cache stands still since. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** True when the cache certainly holds everything that was written: with an embedded store, as long as that works. */
  isFresh(): boolean {
    return !this.#kv.shared && this.#failure === undefined && this.#current.revision >= this.#kv.revision();
  }

  /** The revision of everything that was written before the call. 503 when the store cannot be followed. */
  async newest(): Promise<Revision> {
    if (this.#failure) throw storageError(this.#failure);
    return this.#kv.shared ? translated(this.#kv.currentRevision()) : this.#kv.revision();
  }

  /** Resolves when the cache holds everything that was written before the call. 503 when the store cannot be followed. */
  async fresh(): Promise<void> {
    await this.reached(await this.newest());
  }

  /**
   * Resolves when the cache has reached `revision`; rejects with 503 when it never will. The caller bounds the wait
   * through `signal`.
   */
  reached(revision: Revision, signal?: AbortSignal): Promise<void> {
    if (this.#current.revision >= revision) return Promise.resolve();
    if (this.#failure) return Promise.reject(storageError(this.#failure));
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { revision, resolve, reject };
      this.#waiters.push(waiter);
      signal?.addEventListener('abort', () => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        reject(signal.reason);
      });
    });
  }

  /** The newest object under `key`. */
  get(key: string): Entry | undefined {
    return this.#current.objects.get(key);
  }

  snapshot(): Snapshot {
    return this.#current;
  }

  /**
   * The state as of `revision`, or undefined when it has left the window (or lies in the future), or the store has compacted it:
   * how much can be read back does not depend on how much happens to be in memory.
   */
  snapshotAt(revision: Revision): Snapshot | undefined {
    if (revision === this.#current.revision) return this.#current;
    if (revision > this.#current.revision) return undefined;
    if (revision < Math.max(this.#window.floor, this.#kv.compactRevision())) return undefined;
    return { revision, objects: this.#window.objectsAt(revision) };
  }

  /** The oldest revision whose later changes are all still in the window. */
  get windowFloor(): Revision {
    return this.#window.floor;
  }

  /**
   * Follows all keys under `prefix` (or one key) from just after `revision`, which must lie in the window; undefined
   * when it does not. No change falls between `missed` and the first call of `subscriber`. `onEnd` is called when no
   * change will come any more. With `mark` the subscriber need not hear of objects that have it neither before nor after.
   * Throws 503 when the store cannot be followed.
   */
  subscribe(
    prefix: string,
    revision: Revision,
    subscriber: Subscriber,
    onEnd: () => void = () => {},
    mark?: Mark,
  ): Subscribed | undefined {
    if (this.#failure) throw storageError(this.#failure);
    if (revision < this.#window.floor) return undefined;
    const missed: ChangeEvent[] = [];
    this.#window.forEachAfter(revision, (event) => {
      if (isBelow(prefix, event.key)) missed.push(event);
    });
    const { stop } = this.#followers.add(prefix, subscriber, onEnd, mark);
    return { snapshot: this.#current, missed, stop };
  }

  subscriberCount(): number {
    return this.#followers.count();
  }

  #apply({ type, key, revision, value, createRevision }: KvEvent): void {
    const { objects } = this.#current;
    const previous = objects.get(key);
    const entry = entryOf({ key, value, modRevision: revision, createRevision });
    const after = type === 'put' ? objects.set(key, entry) : objects.delete(key);
    const event: ChangeEvent = { type, key, revision, entry, previous };
    this.#window.push(event, objects);
    this.#current = { revision, objects: after };
    this.#followers.publish(event);
  }

  #reach(revision: Revision): void {
    if (revision > this.#current.revision) this.#current = { revision, objects: this.#current.objects };
    if (this.#waiters.length === 0) return;
    const due = this.#waiters.filter((waiter) => waiter.revision <= this.#current.revision);
    this.#waiters = this.#waiters.filter((waiter) => waiter.revision > this.#current.revision);
    for (const { resolve } of due) resolve();
  }

  /** Nothing comes any more: whoever waits or follows is told, so that nobody hangs on a store that is gone. */
  #fail(error: Error): void {
    if (this.#failure) return;
    this.#failure = error;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const { reject } of waiters) reject(storageError(error));
    this.#followers.end();
    this.#onFailure(error);
  }
}
