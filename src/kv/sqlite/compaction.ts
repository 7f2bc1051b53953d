import type { Revision } from '../types.ts';
import type { Database } from './database.ts';

/** Rows removed in one transaction. Each may lie on a page of its own, so this bounds what a slice writes. */
const rowsPerSlice = 64;

/** The removal of rows that nobody can read any more. */
export interface Sweep {
  /** No read may be under way that needs a row from below. */
  readonly floor: Revision;
  /** Does one slice. */
  step(): void;
  readonly done: boolean;
}

/** Rows that are out of reach once the floor is raised from `from` to `to`. */
function unreachable({ previous, versions }: Database, from: Revision, to: Revision): Revision[] {
  const rows: Revision[] = [];
  for (let revision = from; revision < to; revision++) {
    const before = previous.get(revision);
    if (before !== 0) rows.push(before);
  }
  for (const [, revision] of versions.gone.entriesFrom('')) if (revision < to) rows.push(revision);
  return rows;
}

/** Deletes below the floor say nothing any more. */
function forgetGone(database: Database, floor: Revision): void {
  let { gone } = database.versions;
  for (const [key, revision] of gone.entriesFrom('')) if (revision < floor) gone = gone.delete(key);
  database.versions = { ...database.versions, gone };
}

function removeRows({ log }: Database, rows: Float64Array): void {
  try {
    log.begin();
    for (const revision of rows) log.remove(revision);
    log.commit();
  } catch {
    // No space, for instance. The rows are out of reach already, and the next start finds and removes them.
    log.rollback();
  }
}

function sweepOf(database: Database, floor: Revision, findRows: () => readonly Revision[]): Sweep {
  let rows: Float64Array | undefined;
  let at = 0;
  return {
    floor,
    get done() {
      return rows !== undefined && at >= rows.length;
    },
    step() {
      // In the order they lie on disk, so that neighbours go with one write of their page.
      rows ??= Float64Array.from(findRows()).sort();
      removeRows(database, rows.subarray(at, at + rowsPerSlice));
      at += rowsPerSlice;
    },
  };
}

/** The sweep after the floor was raised from `from` to `to`. */
export const compactionSweep = (database: Database, from: Revision, to: Revision): Sweep =>
  sweepOf(database, to, () => {
    const rows = unreachable(database, from, to);
    forgetGone(database, to);
    database.previous.trim(to);
    return rows;
  });

/** The rest of a sweep that an earlier process did not finish. */
export const garbageSweep = (database: Database, rows: readonly Revision[]): Sweep =>
  sweepOf(database, 0, () => rows);
