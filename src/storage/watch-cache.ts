import { emptyMap, fromSorted, type OrderedMap } from '../apimachinery/ordered-map.ts';
import type { Kv, KvEvent, KvWatch, Revision } from '../kv/types.ts';
import { withResourceVersion } from '../scheme/codec/stored.ts';
import { type ChangeEvent, Entry } from './entry.ts';

/** All objects as of one revision. Immutable, so that pages of a list read from the same state. */
export interface Snapshot {
  readonly revision: Revision;
  readonly objects: OrderedMap<Entry>;
}

export interface CacheLimits {
  /** Most changes kept for watches that start in the past. */
  readonly maxWindowEvents: number;
  /** Most object bytes that the kept changes may hold on to. */
  readonly maxWindowBytes: number;
}

export const defaultCacheLimits: CacheLimits = { maxWindowEvents: 20_000, maxWindowBytes: 64 * 1024 * 1024 };

/** Called for every change below the subscribed prefix, in order of revision. Must only queue. */
export type Subscriber = (event: ChangeEvent) => void;

export interface Subscription {
  stop(): void;
}

/** The answer of `subscribe`: what had happened since the asked-for revision, and the subscription to the rest. */
export interface Subscribed extends Subscription {
  /** The state that the subscription follows on: the newest, after `missed`. */
  readonly snapshot: Snapshot;
  /** Changes after the asked-for revision up to the snapshot, in order. */
  readonly missed: readonly ChangeEvent[];
}

interface WindowItem {
  readonly event: ChangeEvent;
  /** All objects after the event. */
  readonly objects: OrderedMap<Entry>;
}

/**
 * One reader of one log: every object's newest bytes, an index over them, and a window of recent changes.
 *
 * Filled by `start` from a list and a watch of the whole store. The store delivers changes before it answers the write,
 * so with an embedded store a reader always finds what it was told is written; with a shared one `fresh` waits.
 */
export class WatchCache {
  readonly #kv: Kv;
  readonly #limits: CacheLimits;
  #current: Snapshot = { revision: 0, objects: emptyMap() };
  #window: WindowItem[] = [];
  #windowBytes = 0;
  /** Changes up to this revision are no longer in the window. */
  #windowFloor: Revision = 0;
  #floorObjects: OrderedMap<Entry> = emptyMap();
  #subscribers = new Map<string, Set<Subscriber>>();
  #waiters: { revision: Revision; wake: () => void }[] = [];
  #kvWatch: KvWatch | undefined;
  #failure: Error | undefined;
  #onFailure: (error: Error) => void;

  constructor(kv: Kv, onFailure: (error: Error) => void, limits: CacheLimits = defaultCacheLimits) {
    this.#kv = kv;
    this.#onFailure = onFailure;
    this.#limits = limits;
  }

  /** Loads the store and follows it. Call once, before anything else. */
  async start(): Promise<void> {
    const { revision, items } = await this.#kv.list('/registry/');
    const entries = items.map(
      ({ key, value, modRevision, createRevision }) =>
        new Entry(key, withResourceVersion(value, modRevision), modRevision, createRevision),
    );
    const objects = fromSorted(
      entries.map(({ key }) => key),
      entries,
    );
    this.#current = { revision, objects };
    this.#windowFloor = revision;
    this.#floorObjects = objects;
    this.#kvWatch = this.#kv.watch(revision + 1, {
      onEvents: (events) => this.#apply(events),
      onProgress: (reached) => this.#reach(reached),
      onError: (error) => {
        this.#failure = error;
        this.#onFailure(error);
      },
    });
  }

  stop(): void {
    this.#kvWatch?.stop();
    this.#subscribers.clear();
  }

  get revision(): Revision {
    return this.#current.revision;
  }

  get failure(): Error | undefined {
    return this.#failure;
  }

  /** True when the cache holds everything that is known to be written: always, with an embedded store. */
  isFresh(): boolean {
    return this.#current.revision >= this.#kv.revision();
  }

  /** Resolves when the cache holds everything that was written before the call. */
  fresh(): Promise<void> {
    return this.reached(this.#kv.revision());
  }

  /** Resolves when the cache has reached `revision`. The caller bounds the wait through `signal`. */
  reached(revision: Revision, signal?: AbortSignal): Promise<void> {
    if (this.#current.revision >= revision) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const waiter = { revision, wake: resolve };
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

  /** The state as of `revision`, or undefined when it has left the window (or lies in the future). */
  snapshotAt(revision: Revision): Snapshot | undefined {
    if (revision === this.#current.revision) return this.#current;
    if (revision > this.#current.revision || revision < this.#windowFloor) return undefined;
    const at = this.#positionAfter(revision);
    return { revision, objects: at === 0 ? this.#floorObjects : this.#window[at - 1]!.objects };
  }

  /** The oldest revision whose later changes are all still in the window. */
  get windowFloor(): Revision {
    return this.#windowFloor;
  }

  /**
   * Follows all keys under `prefix` (or one key) from just after `revision`, which must lie in the window; undefined
   * when it does not. No change falls between `missed` and the first call of `subscriber`.
   */
  subscribe(prefix: string, revision: Revision, subscriber: Subscriber): Subscribed | undefined {
    if (revision < this.#windowFloor) return undefined;
    const missed: ChangeEvent[] = [];
    for (let at = this.#positionAfter(revision); at < this.#window.length; at++) {
      const { event } = this.#window[at]!;
      if (event.key === prefix || (prefix.endsWith('/') && event.key.startsWith(prefix))) missed.push(event);
    }
    let group = this.#subscribers.get(prefix);
    if (!group) this.#subscribers.set(prefix, (group = new Set()));
    group.add(subscriber);
    return {
      snapshot: this.#current,
      missed,
      stop: () => {
        group.delete(subscriber);
        if (group.size === 0 && this.#subscribers.get(prefix) === group) this.#subscribers.delete(prefix);
      },
    };
  }

  subscriberCount(): number {
    let count = 0;
    for (const group of this.#subscribers.values()) count += group.size;
    return count;
  }

  #apply(events: readonly KvEvent[]): void {
    for (const event of events) this.#applyOne(event);
    this.#trimWindow();
  }

  #applyOne({ type, key, revision, value, createRevision }: KvEvent): void {
    const { objects } = this.#current;
    const previous = objects.get(key);
    const entry = new Entry(key, withResourceVersion(value, revision), revision, createRevision);
    const after = type === 'put' ? objects.set(key, entry) : objects.delete(key);
    const event: ChangeEvent = { type, key, revision, entry, previous };
    this.#current = { revision, objects: after };
    this.#window.push({ event, objects: after });
    this.#windowBytes += entry.bytes.length;
    this.#publish(event);
  }

  /** Subscribers are found by every slash-terminated prefix of the key and by the key itself: cost follows delivery. */
  #publish(event: ChangeEvent): void {
    if (this.#subscribers.size === 0) return;
    const { key } = event;
    for (let slash = key.indexOf('/', 1); slash !== -1; slash = key.indexOf('/', slash + 1)) {
      this.#notify(key.slice(0, slash + 1), event);
    }
    this.#notify(key, event);
  }

  #notify(prefix: string, event: ChangeEvent): void {
    const group = this.#subscribers.get(prefix);
    if (group) for (const subscriber of group) subscriber(event);
  }

  #reach(revision: Revision): void {
    if (revision > this.#current.revision) this.#current = { revision, objects: this.#current.objects };
    if (this.#waiters.length === 0) return;
    const due = this.#waiters.filter((waiter) => waiter.revision <= this.#current.revision);
    this.#waiters = this.#waiters.filter((waiter) => waiter.revision > this.#current.revision);
    for (const { wake } of due) wake();
  }

  #trimWindow(): void {
    const { maxWindowEvents, maxWindowBytes } = this.#limits;
    let drop = 0;
    // An eighth is dropped at once, so that cutting the front of the array is paid rarely.
    if (this.#window.length > maxWindowEvents)
      drop = this.#window.length - maxWindowEvents + (maxWindowEvents >> 3);
    let bytes = this.#windowBytes;
    for (let at = 0; at < this.#window.length && (at < drop || bytes > maxWindowBytes); at++) {
      bytes -= this.#window[at]!.event.entry.bytes.length;
      if (at >= drop) drop = at + 1;
    }
    if (drop === 0) return;
    const last = this.#window[drop - 1]!;
    this.#windowFloor = last.event.revision;
    this.#floorObjects = last.objects;
    this.#window = this.#window.slice(drop);
    this.#windowBytes = bytes;
  }

  /** Index in the window of the first change after `revision`. */
  #positionAfter(revision: Revision): number {
    let low = 0;
    let high = this.#window.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#window[middle]!.event.revision <= revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
