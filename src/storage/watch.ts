import { expired } from '../apimachinery/status.ts';
import { CompactedError, type Revision } from '../kv/types.ts';
import { atRevision, type ChangeEvent, type Entry } from './entry.ts';
import type { ObjectStore } from './object-store.ts';
import type { Selection } from './selection.ts';
import type { Subscribed } from './watch-cache.ts';

export type WatchItem =
  | {
      readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
      readonly entry: Entry;
      /** The change behind it, so that watchers with the same view share one encoding; absent for initial state. */
      readonly event: ChangeEvent | undefined;
    }
  | { readonly type: 'BOOKMARK'; readonly revision: Revision; readonly initialEventsEnd: boolean };

export interface WatchRequest {
  /** Prefix of the keys, or the one key. */
  readonly prefix: string;
  readonly selection: Selection;
  /** After which revision to start; undefined: with the present state as ADDED items. */
  readonly after: Revision | undefined;
  /** Ends the initial state with a bookmark that says so. */
  readonly markInitialEnd: boolean;
}

/** Changes that may wait for a slow reader before its watch is ended; the reader resumes where it stopped. */
const maxQueuedChanges = 20_000;
/** Changes read from the store's history for one watch that starts in the past. */
const maxHistoricChanges = 50_000;
/** Objects of the initial state, or changes, examined per call of `take`. */
const maxExaminedPerTake = 500;

/**
 * One watch as a queue that its owner empties with `take`. Dispatch only pushes a pointer; selecting happens in `take`,
 * so that a burst of writes costs the writer nothing per watcher.
 */
export class Watch {
  readonly #selection: Selection;
  readonly #from: Revision;
  #subscription: Subscribed | undefined;
  #initial: Iterator<[string, Entry]> | undefined;
  #markEnd: boolean;
  readonly #prefix: string;
  #queue: (ChangeEvent | Revision)[] = [];
  #head = 0;
  /** False while history is being read: until then queued changes must wait. */
  #ready = false;
  #overflowed = false;
  #onAvailable: () => void = () => {};

  private constructor(request: WatchRequest, from: Revision) {
    this.#selection = request.selection;
    this.#prefix = request.prefix;
    this.#markEnd = request.markInitialEnd;
    this.#from = from;
  }

  /** Throws 410 when the revision is no longer known. */
  static async open(store: ObjectStore, request: WatchRequest): Promise<Watch> {
    const { cache } = store;
    const { after, prefix } = request;
    const watch = new Watch(request, after ?? cache.revision);
    const start = Math.max(after ?? cache.revision, Math.min(cache.windowFloor, cache.revision));
    const subscribed = cache.subscribe(prefix, Math.min(start, cache.revision), (event) =>
      watch.#push(event),
    );
    if (!subscribed) throw tooOld(after ?? 0, cache.windowFloor);
    watch.#subscription = subscribed;
    if (after === undefined) watch.#initial = subscribed.snapshot.objects.entriesFrom(prefix);
    const historic = after !== undefined && after < start ? await watch.#historic(store, after, start) : [];
    watch.#queue = [...historic, ...subscribed.missed, ...watch.#queue];
    watch.#ready = true;
    return watch;
  }

  /** What the store remembers of the time before the cache's window. Changes since then are queued meanwhile. */
  async #historic(store: ObjectStore, after: Revision, to: Revision): Promise<ChangeEvent[]> {
    const prefix = this.#prefix;
    try {
      const changes = await store.history(after, to, maxHistoricChanges);
      if (!changes) throw tooOld(after, to);
      return changes.filter(({ key }) => key === prefix || (prefix.endsWith('/') && key.startsWith(prefix)));
    } catch (error) {
      this.stop();
      throw error instanceof CompactedError ? tooOld(after, error.compactRevision) : error;
    }
  }

  /** Called whenever there may be something to `take` after `take` had returned nothing. */
  set onAvailable(callback: () => void) {
    this.#onAvailable = callback;
  }

  /** True when the reader was too slow: what was queued is still in order, but nothing comes after it. */
  get overflowed(): boolean {
    return this.#overflowed;
  }

  get pending(): boolean {
    return this.#initial !== undefined || this.#head < this.#queue.length;
  }

  /** Queues a bookmark behind all changes known so far. */
  bookmark(revision: Revision): void {
    if (this.#ready && revision >= this.#from) this.#push(revision);
  }

  /** Up to `max` items in order. Fewer (even none) does not mean that nothing is pending. */
  take(max: number): WatchItem[] {
    const items: WatchItem[] = [];
    if (!this.#ready) return items;
    let examined = 0;
    while (this.#initial && items.length < max && examined++ < maxExaminedPerTake) this.#takeInitial(items);
    if (this.#initial) return items;
    while (this.#head < this.#queue.length && items.length < max && examined++ < maxExaminedPerTake) {
      const next = this.#queue[this.#head++]!;
      const item = typeof next === 'number' ? bookmarkItem(next, false) : this.#select(next);
      if (item) items.push(item);
    }
    if (this.#head === this.#queue.length) {
      this.#queue = [];
      this.#head = 0;
    }
    return items;
  }

  stop(): void {
    this.#subscription?.stop();
    this.#queue = [];
    this.#head = 0;
    this.#initial = undefined;
    this.#onAvailable = () => {};
  }

  #push(next: ChangeEvent | Revision): void {
    if (this.#overflowed) return;
    const wasPending = this.pending;
    if (this.#queue.length - this.#head >= maxQueuedChanges) {
      this.#overflowed = true;
      this.#subscription?.stop();
    } else {
      this.#queue.push(next);
    }
    if (!wasPending && this.#ready) this.#onAvailable();
  }

  #takeInitial(items: WatchItem[]): void {
    const next = this.#initial!.next();
    const inside = !next.done && (next.value[0] === this.#prefix || next.value[0].startsWith(this.#prefix));
    if (inside) {
      const entry = next.value[1];
      if (this.#selection.matches(entry)) items.push({ type: 'ADDED', entry, event: undefined });
      return;
    }
    this.#initial = undefined;
    if (this.#markEnd) items.push(bookmarkItem(this.#from, true));
  }

  /** What a change means to this watcher: objects enter and leave its selection. */
  #select(event: ChangeEvent): WatchItem | undefined {
    if (event.revision <= this.#from) return undefined;
    const before = event.previous !== undefined && this.#selection.matches(event.previous);
    const after = event.type === 'put' && this.#selection.matches(event.entry);
    if (after) return { type: before ? 'MODIFIED' : 'ADDED', entry: event.entry, event };
    if (!before) return undefined;
    if (event.type === 'delete') return { type: 'DELETED', entry: event.entry, event };
    return { type: 'DELETED', entry: atRevision(event.previous!, event.revision), event: undefined };
  }
}

const bookmarkItem = (revision: Revision, initialEventsEnd: boolean): WatchItem => ({
  type: 'BOOKMARK',
  revision,
  initialEventsEnd,
});

const tooOld = (asked: Revision, oldest: Revision) =>
  expired(`too old resource version: ${asked} (${oldest})`);
