import { emptyMap, type OrderedMap } from '../../apimachinery/ordered-map.ts';
import type { KeyValue, KvEvent, Revision } from '../types.ts';

export type Index = OrderedMap<KeyValue>;

/** Events of one chunk: the longest replay a read at an old revision has to do. */
const chunkLength = 256;

/** A run of events with the index as it was before the first of them. */
interface Chunk {
  readonly before: Index;
  readonly firstRevision: Revision;
  /** Only ever appended to, so that histories that differ in length can share it. */
  readonly events: KvEvent[];
}

/**
 * All events since some revision, as a value: `append` returns a new history and leaves the old one as it was.
 * The newest chunk is shared between a history and its successors; each knows by `openLength` how much of it is its own.
 *
 *     history at 5:   sealed [2 3] [4 5]       openLength 1
 *     history at 6:   sealed  the same         openLength 2
 *                                         open [6 7]
 */
export interface History {
  readonly sealed: readonly Chunk[];
  readonly open: Chunk;
  readonly openLength: number;
}

const chunkFrom = (before: Index, firstRevision: Revision): Chunk => ({ before, firstRevision, events: [] });

/** A history that begins with the write after `revision`. */
export const emptyHistory = (revision: Revision): History => ({
  sealed: [],
  open: chunkFrom(emptyMap(), revision + 1),
  openLength: 0,
});

/** The chunk to append to: another history that shares it may already have gone on differently. */
const ownChunk = ({ open, openLength }: History): Chunk =>
  open.events.length === openLength ? open : { ...open, events: open.events.slice(0, openLength) };

/** `before` is the index without the event. */
export function append(history: History, before: Index, event: KvEvent): History {
  const { sealed, openLength } = history;
  const own = ownChunk(history);
  if (openLength < chunkLength) {
    own.events.push(event);
    return { sealed, open: own, openLength: openLength + 1 };
  }
  const open = chunkFrom(before, event.revision);
  open.events.push(event);
  return { sealed: [...sealed, own], open, openLength: 1 };
}

const chunksOf = ({ sealed, open }: History): readonly Chunk[] => [...sealed, open];

/** Events of the chunk that belong to this history. */
const eventsOf = (history: History, chunk: Chunk): readonly KvEvent[] =>
  chunk === history.open ? chunk.events.slice(0, history.openLength) : chunk.events;

/** The index as it was right after `revision`. */
export function indexAt(history: History, revision: Revision): Index {
  const chunk = chunksOf(history).findLast(({ firstRevision }) => firstRevision <= revision + 1);
  if (!chunk) throw new Error(`revision ${revision} is older than the history`);
  let index = chunk.before;
  for (const event of eventsOf(history, chunk))
    if (event.revision <= revision) index = applyEvent(index, event);
  return index;
}

export function applyEvent(index: Index, { type, key, value, revision, createRevision }: KvEvent): Index {
  if (type === 'delete') return index.delete(key);
  return index.set(key, { key, value, modRevision: revision, createRevision });
}

/** Events with a revision >= `revision`, in order. */
export function eventsFrom(history: History, revision: Revision): KvEvent[] {
  const chunks = chunksOf(history);
  const first = Math.max(
    chunks.findLastIndex(({ firstRevision }) => firstRevision <= revision),
    0,
  );
  return chunks
    .slice(first)
    .flatMap((chunk) => eventsOf(history, chunk))
    .filter((event) => event.revision >= revision);
}

/** Lets go of chunks that nothing at or after `revision` needs. */
export function trim(history: History, revision: Revision): History {
  const needed = chunksOf(history).findLastIndex(({ firstRevision }) => firstRevision <= revision);
  return needed > 0 ? { ...history, sealed: history.sealed.slice(needed) } : history;
}
