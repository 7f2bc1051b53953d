import { prefixEnd } from '../../apimachinery/ordered-map.ts';
import type { KeyValue, KvEvent, ListOptions, Revision } from '../types.ts';
import type { Database } from './database.ts';
import { eventOf, itemOf } from './events.ts';
import type { ErrorMessage, FromWorker, ReadMessage, RequestId } from './messages.ts';
import { packItems } from './packing.ts';
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

/** The items under `prefix` as of `revision`, in key order, each read when it is asked for. */
function* itemsAsOf(
  database: Database,
  prefix: string,
  startKey: string,
  revision: Revision,
): Generator<KeyValue, undefined> {
  const { versions, log } = database;
  const end = prefixEnd(prefix);
  for (const [key, newest] of newestRows(versions, startKey, revision < versions.revision)) {
    if (key >= end) return;
    const row = log.row(rowAsOf(database, newest, revision));
    const item = row && itemOf(row);
    if (item) yield item;
  }
}

interface Page {
  readonly items: KeyValue[];
  readonly ended: boolean;
}

function nextPage(items: Iterator<KeyValue, undefined>, limit: number): Page {
  const page: KeyValue[] = [];
  let bytes = 0;
  while (page.length < Math.min(limit, maxPageItems) && bytes < maxPageBytes) {
    const next = items.next();
    if (next.done) return { items: page, ended: true };
    page.push(next.value);
    bytes += next.value.value.byteLength;
  }
  return { items: page, ended: false };
}

/** A list at `options.revision`, or at the newest revision when the job begins. */
function listJob(database: Database, id: RequestId, prefix: string, options: ListOptions): ReadJob {
  const {
    revision = database.versions.revision,
    startKey = prefix,
    limit = Number.POSITIVE_INFINITY,
  } = options;
  const items = itemsAsOf(database, prefix, startKey > prefix ? startKey : prefix, revision);
  let left = limit;
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
      const more = left === 0 && !page.ended && !items.next().done;
      done = page.ended || left === 0;
      return { kind: 'page', id, revision, items: packItems(page.items), last: done, more };
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
      for (const row of database.log.rowsFrom(next)) {
        const event = eventOf(database.log, row, previous);
        events.push(event);
        bytes += event.value.byteLength + (event.previous?.value.byteLength ?? 0);
        next = event.revision + 1;
        if (events.length >= maxPageItems || bytes >= maxPageBytes) break;
      }
      const { revision } = database.versions;
      done = next > revision;
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
