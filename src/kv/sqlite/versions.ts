import { emptyMap, fromSorted, type OrderedMap } from '../../apimachinery/ordered-map.ts';
import { addLease, attach, emptyLeaseTable, type LeaseTable } from '../lease-table.ts';
import type { Revision } from '../types.ts';
import type { Log, RowHead } from './log.ts';
import { createPreviousRevisions, type PreviousRevisions } from './previous-revisions.ts';

/** The newest put of a key that is there. */
export interface Version {
  readonly modRevision: Revision;
  readonly createRevision: Revision;
}

/**
 * What the rows of the log mean: which row is the newest of each key. An immutable value, so that a transaction that
 * fails is forgotten by keeping the old one, and a long list walks the one it began with.
 */
export interface Versions {
  readonly revision: Revision;
  readonly compactRevision: Revision;
  readonly live: OrderedMap<Version>;
  /** The delete of each key that is gone, as long as it is not compacted away: reads of the past start there. */
  readonly gone: OrderedMap<Revision>;
  readonly leaseTable: LeaseTable;
}

/** What a store knows besides its rows when it has been opened. */
export interface Loaded {
  readonly versions: Versions;
  readonly previous: PreviousRevisions;
  /** Rows that a compaction should have removed before the store was closed or killed. */
  readonly garbage: readonly Revision[];
}

/** The revision of a store without rows. */
const firstRevision: Revision = 1;

/** The row that the next write of `key` comes after; 0 when there is none. */
export const newestRow = ({ live, gone }: Versions, key: string): Revision =>
  live.get(key)?.modRevision ?? gone.get(key) ?? 0;

export function withPut(versions: Versions, key: string, version: Version): Versions {
  const { live, gone } = versions;
  return {
    ...versions,
    revision: version.modRevision,
    live: live.set(key, version),
    gone: version.createRevision === version.modRevision ? gone.delete(key) : gone,
  };
}

export function withDelete(versions: Versions, key: string, revision: Revision): Versions {
  const { live, gone } = versions;
  return { ...versions, revision, live: live.delete(key), gone: gone.set(key, revision) };
}

const sortedMap = <V>(entries: ReadonlyMap<string, V>): OrderedMap<V> => {
  const keys = [...entries.keys()].sort();
  return fromSorted(
    keys,
    keys.map((key) => entries.get(key)!),
  );
};

function loadLeases(log: Log, newest: ReadonlyMap<string, RowHead>): LeaseTable {
  let table: LeaseTable = { ...emptyLeaseTable, lastId: log.lastLease() };
  for (const lease of log.leases()) table = addLease(table, lease);
  for (const [key, { lease, deleted }] of newest)
    if (lease !== 0 && !deleted) table = attach(table, key, lease);
  return table;
}

/** Reads the log from beginning to end. */
export function loadVersions(log: Log): Loaded {
  const compactRevision = log.floor();
  const newest = new Map<string, RowHead>();
  const previous = createPreviousRevisions(compactRevision);
  const garbage: Revision[] = [];
  // A store that was copied from elsewhere may have no row at its newest revision.
  let revision = Math.max(firstRevision, compactRevision);
  log.forEachHead((head) => {
    revision = Math.max(revision, head.revision);
    if (head.revision >= compactRevision) previous.append(head.revision, head.previousRevision);
    else garbage.push(...compactedBy(head, newest));
    newest.set(head.key, head);
  });
  const live = new Map<string, Version>();
  const gone = new Map<string, Revision>();
  for (const [key, { revision: modRevision, createRevision, deleted }] of newest) {
    if (!deleted) live.set(key, { modRevision, createRevision });
    else if (modRevision >= compactRevision) gone.set(key, modRevision);
  }
  const leaseTable = loadLeases(log, newest);
  const versions: Versions = {
    revision,
    compactRevision,
    live: sortedMap(live),
    gone: gone.size > 0 ? sortedMap(gone) : emptyMap(),
    leaseTable,
  };
  return { versions, previous, garbage };
}

/** Rows still there that nobody can read because of the write `head`, which lies below the floor. */
function compactedBy({ key, revision, deleted }: RowHead, newest: ReadonlyMap<string, RowHead>): Revision[] {
  const before = newest.get(key);
  return [...(before ? [before.revision] : []), ...(deleted ? [revision] : [])];
}
