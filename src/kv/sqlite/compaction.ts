import type { Revision } from '../types.ts';
import type { Database } from './database.ts';

/** Revisions looked through at once for rows that have gone out of reach: a few milliseconds. */
const revisionsPerBand = 32_768;
/** Rows that lie further apart are taken to be on different pages of the database. */
const rowsPerPage = 16;

/**
 * The removal of rows that nobody can read any more. Of each key the older row goes first: whenever the process is killed,
 * the newest row that is left of a key, its delete included, says what the newest of all said.
 */
export interface Sweep {
  /** No read may be under way that needs a row from below. */
  readonly floor: Revision;
  /**
   * Removes up to `rows` rows in one transaction and gives the pages it has written, about. Undefined when the database
   * refused, for want of space for instance: the same rows are to be tried again later, because what comes after them must not go
   * before them.
   */
  step(rows: number): number | undefined;
  readonly done: boolean;
}

interface Step {
  readonly rows: Float64Array;
  /** Called when the rows are gone. */
  readonly whenGone?: () => void;
}

/** In the order they lie on disk, so that neighbours go with one write of their page. */
const inOrder = (rows: Iterable<Revision>): Float64Array => Float64Array.from(rows).sort();

/** Rows that are out of reach once the floor is raised from `from` to `to`, band by band, the deletes themselves at last. */
function* unreachable(database: Database, from: Revision, to: Revision): Generator<Step> {
  const { previous } = database;
  for (let start = from; start < to; start += revisionsPerBand) {
    const end = Math.min(start + revisionsPerBand, to);
    const rows: Revision[] = [];
    for (let revision = start; revision < end; revision++) {
      const before = previous.get(revision);
      if (before !== 0) rows.push(before);
    }
    yield { rows: inOrder(rows), whenGone: () => previous.trim(end) };
  }
  yield* deletesBelow(database, to);
}

/** Keys forgotten in one go. */
const keysPerStep = 1_024;

/** Deletes below the floor say nothing any more. */
function* deletesBelow(database: Database, floor: Revision): Generator<Step> {
  const old = [...database.versions.gone.entriesFrom('')].filter(([, revision]) => revision < floor);
  old.sort(([, one], [, other]) => one - other);
  for (let at = 0; at < old.length; at += keysPerStep) {
    const keys = old.slice(at, at + keysPerStep);
    yield { rows: inOrder(keys.map(([, revision]) => revision)), whenGone: () => forget(database, keys) };
  }
}

function forget(database: Database, keys: readonly (readonly [string, Revision])[]): void {
  let { gone } = database.versions;
  // A key may have been made and deleted again meanwhile.
  for (const [key, revision] of keys) if (gone.get(key) === revision) gone = gone.delete(key);
  database.versions = { ...database.versions, gone };
}

function removeRows({ log }: Database, rows: Float64Array): boolean {
  try {
    // A removal that is lost is made again after the next start.
    log.lazily(() => {
      for (const revision of rows) log.remove(revision);
    });
    return true;
  } catch {
    // The rows are out of reach already: nobody is kept waiting by one that stays for a while.
    return false;
  }
}

function pagesOf(rows: Float64Array): number {
  let pages = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    if (row - last > rowsPerPage) pages++;
    last = row;
  }
  return pages;
}

function sweepOf(database: Database, floor: Revision, steps: Iterator<Step, void>): Sweep {
  let current: Step | undefined;
  let at = 0;
  let done = false;
  const advance = () => {
    current?.whenGone?.();
    at = 0;
    const next = steps.next();
    current = next.value ?? undefined;
    done = next.done === true;
  };
  return {
    floor,
    get done() {
      return done;
    },
    step(count) {
      if (!current) advance();
      if (!current) return 0;
      const rows = current.rows.subarray(at, at + count);
      if (rows.length > 0 && !removeRows(database, rows)) return undefined;
      at += rows.length;
      if (at >= current.rows.length) advance();
      return pagesOf(rows);
    },
  };
}

/** The sweep after the floor was raised from `from` to `to`. */
export const compactionSweep = (database: Database, from: Revision, to: Revision): Sweep =>
  sweepOf(database, to, unreachable(database, from, to));

/** The rest of a sweep that an earlier process did not finish. */
export const garbageSweep = (database: Database, rows: readonly Revision[]): Sweep =>
  sweepOf(database, 0, [{ rows: inOrder(rows) }].values());
