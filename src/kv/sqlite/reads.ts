import { prefixEnd } from '../../apimachinery/ordered-map.ts';
import type { KeyValue, KvEvent, ListOptions, Revision } from '../types.ts';
import type { Database } from './database.ts';
import { eventOf, itemOf } from './events.ts';
import type { ErrorMessage, FromWorker, ReadMessage, RequestId } from './messages.ts';
import { type PlacedItem, packItems } from './packing.ts';
import type { Versions } from './versions.ts';

/** What one slice of a long read may carry: commits wait for at most one slice. */
const maxPageItems = 256;
const maxPageBytes = 256 * 1_024;

/** A read that is answered in slices. */
export interface ReadJob {
  readonly id: RequestId;
  /** Rows that are current at or after this revision must stay until the job is done. */
  readonly oldestRevision: Revision;
  /** Does one slice and gives the message to send. */
  step(): FromWorker;
  readonly done: boolean;
}

/** Why a revision cannot be read, or undefined when it can. */
function refusal({ revision, compactRevision }: Versions, wanted: Revision): ErrorMessage | undefined {
  if (wanted > revision) return { name: 'future', revision };
  if (wanted < compactRevision) return { name: 'compacted', revision: compactRevision };
  return undefined;
}

/** The row that was the newest of its key at `revision`, going back from a newer one; 0 when there was none. */
function rowAsOf({ previous }: Database, newest: Revision, revision: Revision): Revision {
  let row = newest;
  while (row > revision) row = previous.get(row);
  return row;
}

function readAsOf(database: Database, key: string, revision: Revision): KeyValue | undefined {
  const { live, gone } = database.versions;
  const newest = live.get(key)?.modRevision ?? gone.get(key) ?? 0;
  const row = database.log.row(rowAsOf(database, newest, revision));
  return row && itemOf(row);
}

/** The newest row of every key, including the keys that are gone when the past is asked for, in key order. */
function* newestRows(versions: Versions, startKey: string, past: boolean): Iterable<[string, Revision]> {
  const live = versions.live.entriesFrom(startKey);
  const gone = past ? versions.gone.entriesFrom(startKey) : [][Symbol.iterator]();
  let nextLive = live.next();
  let nextGone: IteratorResult<[string, Revision], unknown> = gone.next();
  while (!nextLive.done || !nextGone.done) {
    if (nextGone.done || (!nextLive.done && nextLive.value[0] < nextGone.value[0])) {
      const [key, { modRevision }] = nextLive.value as [string, { modRevision: Revision }];
      yield [key, modRevision];
      nextLive = live.next();
    } else {
      yield nextGone.value;
      nextGone = gone.next();
    }
  }
}

/** Keys of a list without a limit whose rows are read in the order they lie on disk. */
const windowRows = 16_384;

/** The rows of a list as of a revision, in key order: 0 where there was none. */
function* rowsAsOf(
  database: Database,
  versions: Versions,
  prefix: string,
  startKey: string,
  revision: Revision,
): Generator<Revision> {
  const end = prefixEnd(prefix);
  for (const [key, newest] of newestRows(versions, startKey, revision < versions.revision)) {
    if (key >= end) return;
    yield rowAsOf(database, newest, revision);
  }
}

function placedItem({ log }: Database, revision: Revision, position: number): PlacedItem | undefined {
  const row = log.row(revision);
  const item = row && itemOf(row);
  return item && { position, item };
}

type PlacedItems = Generator<PlacedItem, void>;

/** For a list of the past with a limit: how many rows there were is only known when they are read. */
function* inKeyOrder(database: Database, rows: Iterable<Revision>): PlacedItems {
  let position = 0;
  for (const row of rows) {
    const placed = placedItem(database, row, position);
    if (placed) yield placed;
    position += placed ? 1 : 0;
  }
}

/** Rows that were written one after another share a page of the database, whereas their keys may lie far apart. */
function* inRowOrder(database: Database, rows: Iterator<Revision>): PlacedItems {
  let position = 0;
  for (;;) {
    const window: { readonly row: Revision; readonly position: number }[] = [];
    for (let next = rows.next(); !next.done; next = rows.next()) {
      window.push({ row: next.value, position: position++ });
      if (window.length === windowRows) break;
    }
    if (window.length === 0) return;
    window.sort((left, right) => left.row - right.row);
    for (const { row, position: place } of window) {
      const placed = placedItem(database, row, place);
      if (placed) yield placed;
    }
  }
}

/** The first `count`; whoever goes on with `rows` gets what follows. */
function* first<T>(count: number, rows: Iterator<T>): Generator<T, void> {
  for (let left = count; left > 0; left--) {
    const next = rows.next();
    if (next.done) return;
    yield next.value;
  }
}

/** The items of a list, and whether there is another after the last one that its limit allows. */
function itemsOf(database: Database, rows: Generator<Revision>, isPast: boolean, limit: number | undefined) {
  if (limit === undefined) return { items: inRowOrder(database, rows), hasMore: () => false };
  if (isPast) {
    const items = inKeyOrder(database, rows);
    return { items, hasMore: () => !items.next().done };
  }
  return { items: inRowOrder(database, first(limit, rows)), hasMore: () => !rows.next().done };
}

interface Page {
  readonly items: PlacedItem[];
  readonly ended: boolean;
}

function nextPage(items: PlacedItems, limit: number): Page {
  const page: PlacedItem[] = [];
  let bytes = 0;
  while (page.length < Math.min(limit, maxPageItems) && bytes < maxPageBytes) {
    const next = items.next();
    if (next.done) return { items: page, ended: true };
    page.push(next.value);
    bytes += next.value.item.value.byteLength;
  }
  return { items: page, ended: false };
}

/** A list at `options.revision`, or at the newest revision when the job begins. */
function listJob(database: Database, id: RequestId, prefix: string, options: ListOptions): ReadJob {
  // As of now, whatever is written before the first slice is done.
  const { versions } = database;
  const { revision = versions.revision, startKey = prefix, limit } = options;
  const rows = rowsAsOf(database, versions, prefix, startKey > prefix ? startKey : prefix, revision);
  const { items, hasMore } = itemsOf(database, rows, revision < versions.revision, limit);
  let left = limit ?? Number.POSITIVE_INFINITY;
  let positions = 0;
  let done = false;
  return {
    id,
    oldestRevision: revision,
    get done() {
      return done;
    },
    step() {
      const page = nextPage(items, left);
      left -= page.items.length;
      const more = left === 0 && !page.ended && hasMore();
      done = page.ended || left === 0;
      for (const { position } of page.items) positions = Math.max(positions, position + 1);
      return { kind: 'page', id, revision, items: packItems(page.items), positions, last: done, more };
    },
  };
}

/** The events from a revision on, until it has caught up with the newest. */
function historyJob(database: Database, id: RequestId, from: Revision, previous: boolean): ReadJob {
  let next = from;
  let done = false;
  return {
    id,
    get oldestRevision() {
      return next;
    },
    get done() {
      return done;
    },
    step() {
      const events: KvEvent[] = [];
      let bytes = 0;
      let caughtUp = true;
      for (const row of database.log.rowsFrom(next)) {
        const event = eventOf(database.log, row, previous);
        events.push(event);
        bytes += event.value.byteLength + (event.previous?.value.byteLength ?? 0);
        next = event.revision + 1;
        caughtUp = events.length < maxPageItems && bytes < maxPageBytes;
        if (!caughtUp) break;
      }
      done = caughtUp;
      const { revision } = database.versions;
      return { kind: 'past', id, events, revision: done ? revision : next - 1, last: done };
    },
  };
}

/** The answer, when it can be given at once, or the job that will give it. */
export function beginRead(database: Database, message: ReadMessage): FromWorker | ReadJob {
  const { id } = message;
  const { versions } = database;
  const failed = (error: ErrorMessage): FromWorker => ({ kind: 'readFailed', id, error });
  switch (message.kind) {
    case 'count':
      return {
        kind: 'counted',
        id,
        revision: versions.revision,
        count: versions.live.countPrefix(message.prefix),
      };
    case 'get': {
      const { key, revision = versions.revision } = message;
      const error = refusal(versions, revision);
      return error ? failed(error) : { kind: 'got', id, revision, item: readAsOf(database, key, revision) };
    }
    case 'list': {
      const { prefix, options } = message;
      const error = refusal(versions, options.revision ?? versions.revision);
      return error ? failed(error) : listJob(database, id, prefix, options);
    }
    case 'history': {
      const { fromRevision, previous } = message;
      const { compactRevision } = versions;
      if (fromRevision < compactRevision) return failed({ name: 'compacted', revision: compactRevision });
      return historyJob(database, id, fromRevision, previous);
    }
  }
}
