import type { Clock } from '../apimachinery/clock.ts';
import { emptyMap, type OrderedMap } from '../apimachinery/ordered-map.ts';
import type { Revision } from '../kv/types.ts';
import type { ChangeEvent, Entry } from './entry.ts';

export interface WindowLimits {
  /** Most changes kept for watches and lists that start in the past. */
  readonly maxWindowEvents: number;
  /** Most object bytes that the kept changes may hold on to beyond what is current. */
  readonly maxWindowBytes: number;
  /** How long a change is kept, as long as the others do not force it out. */
  readonly maxWindowMs: number;
  /** So many changes are kept however old they are: a quiet server remembers for long. */
  readonly leastWindowEvents: number;
}

/** Most changes of one chunk: the longest replay that an old state costs. */
const maxChunkLength = 64;
/** The window is let go of chunk by chunk, so a chunk may be no more than this part of it. */
const leastChunks = 8;

/** A run of changes with the state before the first of them. */
interface Chunk {
  /** Everything up to this revision is in `before`. */
  readonly after: Revision;
  readonly before: OrderedMap<Entry>;
  readonly events: ChangeEvent[];
  bytes: number;
  /** When the last of the changes came, on the monotonic clock. */
  untilMs: number;
}

/**
 * The recent changes, and through them every recent state. A state is kept per chunk only, as a state per change would
 * hold on to several kilobytes of index each; the others are made by replaying.
 *
 *     floor 3 ─┐ chunk: after 3 [4 5 7]   chunk: after 7 [8 9] ─ now
 *     objectsAt(5) = before the first chunk + 4 + 5
 */
export class ChangeWindow {
  readonly #limits: WindowLimits;
  readonly #clock: Clock;
  readonly #chunkLength: number;
  readonly #chunkBytes: number;
  #chunks: Chunk[];
  #length = 0;
  #bytes = 0;

  /** Begins with the state right after `revision`. */
  constructor(
    limits: WindowLimits,
    clock: Clock,
    revision: Revision,
    objects: OrderedMap<Entry> = emptyMap(),
  ) {
    this.#limits = limits;
    this.#clock = clock;
    this.#chunkLength = Math.min(maxChunkLength, Math.ceil(limits.maxWindowEvents / leastChunks));
    this.#chunkBytes = limits.maxWindowBytes / leastChunks;
    this.#chunks = [chunkFrom(revision, objects)];
  }

  /** All changes after this revision are here. */
  get floor(): Revision {
    return this.#chunks[0]!.after;
  }

  /** `before` is the state without the change. */
  push(event: ChangeEvent, before: OrderedMap<Entry>): void {
    let chunk = this.#chunks.at(-1)!;
    const last = chunk.events.at(-1);
    if (last && (chunk.events.length >= this.#chunkLength || chunk.bytes >= this.#chunkBytes)) {
      chunk = chunkFrom(last.revision, before);
      this.#chunks.push(chunk);
    }
    const bytes = heldBytes(event);
    chunk.events.push(event);
    chunk.bytes += bytes;
    chunk.untilMs = this.#clock.monotonicMs();
    this.#length++;
    this.#bytes += bytes;
    this.#trim(chunk.untilMs);
  }

  /** Calls `visit` with every change after `revision`, in order. `revision` is not below the floor. */
  forEachAfter(revision: Revision, visit: (event: ChangeEvent) => void): void {
    for (let at = this.#chunkOf(revision); at < this.#chunks.length; at++) {
      for (const event of this.#chunks[at]!.events) if (event.revision > revision) visit(event);
    }
  }

  /** The state right after `revision`, which is neither below the floor nor newer than the last change. */
  objectsAt(revision: Revision): OrderedMap<Entry> {
    const { before, events } = this.#chunks[this.#chunkOf(revision)]!;
    let objects = before;
    for (const { type, key, revision: changed, entry } of events) {
      if (changed > revision) break;
      objects = type === 'put' ? objects.set(key, entry) : objects.delete(key);
    }
    return objects;
  }

  /** Index of the last chunk that begins at or before `revision`. */
  #chunkOf(revision: Revision): number {
    return Math.max(
      this.#chunks.findLastIndex(({ after }) => after <= revision),
      0,
    );
  }

  #trim(nowMs: number): void {
    const { maxWindowEvents, maxWindowBytes, maxWindowMs, leastWindowEvents } = this.#limits;
    const isTooMuch = () => this.#length > maxWindowEvents || this.#bytes > maxWindowBytes;
    const isOld = ({ untilMs, events }: Chunk) =>
      untilMs < nowMs - maxWindowMs && this.#length - events.length >= leastWindowEvents;
    while (this.#chunks.length > 1 && (isTooMuch() || isOld(this.#chunks[0]!))) {
      const { events, bytes } = this.#chunks.shift()!;
      this.#length -= events.length;
      this.#bytes -= bytes;
    }
  }
}

const chunkFrom = (after: Revision, before: OrderedMap<Entry>): Chunk => ({
  after,
  before,
  events: [],
  bytes: 0,
  untilMs: 0,
});

/** What goes once the change is forgotten: the state it replaced, and for a delete also the last state as it tells it. */
const heldBytes = ({ type, entry, previous }: ChangeEvent): number =>
  (previous?.bytes.length ?? 0) + (type === 'delete' ? entry.bytes.length : 0);
