import { expired } from '../apimachinery/status.ts';
import { CompactedError, type Revision } from '../kv/types.ts';
import { atRevision, type ChangeEvent, type Entry } from './entry.ts';
import { isBelow } from './followers.ts';
import type { ObjectStore } from './object-store.ts';
import type { Selection } from './selection.ts';
import type { Subscribed } from './watch-cache.ts';

export type WatchItem =
  | {
      readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
      readonly entry: Entry;
      /** The change behind it: with the type it says what is sent, so that watchers with the same view share one
       * encoding; undefined for initial state. */
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

export interface WatchLimits {
  /** Changes that may wait for a slow reader before its watch is ended; the reader resumes where it stopped. */
  readonly maxQueuedChanges: number;
  /** Changes of the store, whatever their keys, gone through for one watch that starts before the cache's window. */
  readonly maxHistoricChanges: number;
}

const defaultLimits: WatchLimits = { maxQueuedChanges: 20_000, maxHistoricChanges: 200_000 };
/** Objects of the initial state, or changes, examined per call of `take`. */
const maxExaminedPerTake = 500;

/**
 * One watch as a queue that its owner empties with `take`. Dispatch only pushes a pointer; selecting happens in `take`,
 * so that a burst of writes costs the writer nothing per watcher.
 */
export class Watch {
  readonly #selection: Selection;
  readonly #from: Revision;
  readonly #limits: WatchLimits;
  #subscription: Subscribed | undefined;
  #initial: Iterator<[string, Entry]> | undefined;
  #markEnd: boolean;
  readonly #prefix: string;
  #queue: (ChangeEvent | Revision)[] = [];
  #head = 0;
  /** False while history is being read: until then queued changes must wait. */
  #ready = false;
  #ended = false;
  #onAvailable: () => void = () => {};

  private constructor(request: WatchRequest, from: Revision, limits: WatchLimits) {
    this.#limits = limits;
    this.#selection = request.selection;
    this.#prefix = request.prefix;
    this.#markEnd = request.markInitialEnd;
    this.#from = from;
  }

  /**
   * Throws 410 when the revision is no longer known. One from the future is waited for in silence. The subscription
   * stands before history is read, so that nothing is missed in between.
   */
  static async open(
    store: ObjectStore,
    request: WatchRequest,
    limits: WatchLimits = defaultLimits,
  ): Promise<Watch> {
    const { cache } = store;
    const { after = cache.revision, prefix } = request;
    const watch = new Watch(request, after, limits);
    const start = Math.max(Math.min(after, cache.revision), cache.windowFloor);
    const subscribed = cache.subscribe(
      prefix,
      start,
      (event) => watch.#push(event),
      () => watch.#end(),
      // Of one key there is nothing to be looked up.
      prefix.endsWith('/') ? request.selection.mark : undefined,
    );
    if (!subscribed) throw tooOld(after, cache.windowFloor);
    watch.#subscription = subscribed;
    if (request.after === undefined) watch.#initial = subscribed.snapshot.objects.entriesFrom(prefix);
    const historic = after < start ? await watch.#historic(store, after, start) : [];
    watch.#queue = [...historic, ...subscribed.missed, ...watch.#queue];
    watch.#ready = true;
    return watch;
  }

  /** What the store remembers of the time before the cache's window. Changes since then are queued meanwhile. */
  async #historic(store: ObjectStore, after: Revision, to: Revision): Promise<readonly ChangeEvent[]> {
    try {
      const changes = await store.history(this.#prefix, after, to, this.#limits.maxHistoricChanges);
      if (!changes) throw tooOld(after, to);
      return changes;
    } catch (error) {
      this.stop();
      throw error instanceof CompactedError ? tooOld(after, error.compactRevision) : error;
    }
  }

  /** Called whenever there may be something to `take` after `take` had returned nothing. */
  set onAvailable(callback: () => void) {
    this.#onAvailable = callback;
  }

  /**
   * True when the reader was too slow or the store cannot be followed any more: what is pending is still in order, but
   * nothing comes after it.
   */
  get ended(): boolean {
    return this.#ended;
  }

  get pending(): boolean {
    return this.#initial !== undefined || this.#head < this.#queue.length;
  }

  /** Queues a bookmark behind all changes known so far; `revision` is the cache's, of now. */
  bookmark(revision: Revision): void {
    if (this.#ready && !this.#isFull() && revision >= this.#from) this.#push(revision);
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
    this.#forgetTaken();
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
    if (this.#ended) return;
    if (this.#isFull()) {
      this.#end();
      return;
    }
    const wasPending = this.pending;
    this.#queue.push(next);
    if (!wasPending && this.#ready) this.#onAvailable();
  }

  /** A queue that is never empty must not keep all that went through it. Copying is paid for by what was taken. */
  #forgetTaken(): void {
    if (this.#head === 0 || this.#head * 2 < this.#queue.length) return;
    this.#queue = this.#queue.slice(this.#head);
    this.#head = 0;
  }

  #isFull(): boolean {
    return this.#queue.length - this.#head >= this.#limits.maxQueuedChanges;
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#subscription?.stop();
    if (this.#ready) this.#onAvailable();
  }

  #takeInitial(items: WatchItem[]): void {
    const next = this.#initial!.next();
    if (!next.done && isBelow(this.#prefix, next.value[0])) {
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
    const previous = event.previous!;
    return {
      type: 'DELETED',
      event,
      // Only made by who sends it first.
      get entry() {
        return atRevision(previous, event.revision);
      },
    };
  }
}

const bookmarkItem = (revision: Revision, initialEventsEnd: boolean): WatchItem => ({
  type: 'BOOKMARK',
  revision,
  initialEventsEnd,
});

const tooOld = (asked: Revision, oldest: Revision) =>
  expired(`too old resource version: ${asked} (${oldest})`);
