import { createHeap } from '../../apimachinery/heap.ts';
import type { Revision } from '../types.ts';
import type { Database } from './database.ts';

/** Revisions looked through at once for rows that have gone out of reach: a few milliseconds. */
const revisionsPerBand = 32_768;
/** Keys whose deletes are forgotten at once. */
const keysPerBand = 1_024;
/** Rows of about a kibibyte that share a page of the database. */
const rowsPerPage = 16;

/** What one transaction of a sweep may do. */
export interface SweepLimits {
  readonly rows: number;
  /** About: rows that were written one after another lie together. */
  readonly pages: number;
}

/**
 * The removal of rows that nobody can read any more. The deletes of keys that are gone go last: whenever the process is
 * killed, the newest row that is left of a key says whether it is there.
 */
export interface Sweep {
  /** No read may be under way that needs a row from below. */
  readonly floor: Revision;
  /**
   * Does one slice, in one transaction at most, and gives the pages it has written, about. Undefined when the database refused,
   * for want of space for instance: the same rows are to be tried again later, because what comes after them must not go before
   * them.
   */
  step(limits: SweepLimits): number | undefined;
  readonly done: boolean;
}

/** A piece of the work: rows to remove, none when it has only found some. */
interface Piece {
  readonly rows: RowQueue;
  /** Called when the rows are gone. */
  readonly whenGone?: () => void;
}

/** Rows in the order they lie on disk, so that neighbours go with one write of their page. */
interface RowQueue {
  peek(): Revision | undefined;
  shift(): void;
}

interface Band {
  readonly rows: Float64Array;
  at: number;
}

/** Sorted bands as one. A sort of all of them would keep writers waiting. */
function queueOf(bands: readonly Float64Array[]): RowQueue {
  const heap = createHeap<Band>((one, other) => one.rows[one.at]! < other.rows[other.at]!);
  for (const rows of bands) if (rows.length > 0) heap.push({ rows, at: 0 });
  return {
    peek() {
      const band = heap.peek();
      return band?.rows[band.at];
    },
    shift() {
      const band = heap.pop()!;
      if (++band.at < band.rows.length) heap.push(band);
    },
  };
}

const sorted = (rows: Iterable<Revision>): Float64Array => Float64Array.from(rows).sort();
const nothing = queueOf([]);

/** Rows that are out of reach once the floor is raised from `from` to `to`. */
function* unreachable(database: Database, from: Revision, to: Revision): Generator<Piece, void> {
  const { previous } = database;
  const bands: Float64Array[] = [];
  for (let start = from; start < to; start += revisionsPerBand) {
    const end = Math.min(start + revisionsPerBand, to);
    const rows: Revision[] = [];
    for (let revision = start; revision < end; revision++) {
      const before = previous.get(revision);
      if (before !== 0) rows.push(before);
    }
    bands.push(sorted(rows));
    previous.trim(end);
    yield { rows: nothing };
  }
  yield { rows: queueOf(bands) };
  yield* deletesBelow(database, to);
}

/** Deletes below the floor say nothing any more. */
function* deletesBelow(database: Database, floor: Revision): Generator<Piece, void> {
  const old = [...database.versions.gone.entriesFrom('')].filter(([, revision]) => revision < floor);
  old.sort(([, one], [, other]) => one - other);
  for (let at = 0; at < old.length; at += keysPerBand) {
    const keys = old.slice(at, at + keysPerBand);
    const rows = queueOf([sorted(keys.map(([, revision]) => revision))]);
    yield { rows, whenGone: () => forget(database, keys) };
  }
}

function forget(database: Database, keys: readonly (readonly [string, Revision])[]): void {
  let { gone } = database.versions;
  // A key may have been made and deleted again meanwhile.
  for (const [key, revision] of keys) if (gone.get(key) === revision) gone = gone.delete(key);
  database.versions = { ...database.versions, gone };
}

interface Slice {
  readonly rows: readonly Revision[];
  readonly pages: number;
}

function takeSlice(queue: RowQueue, limits: SweepLimits): Slice {
  const rows: Revision[] = [];
  let pages = 0;
  let page: number | undefined;
  for (let row = queue.peek(); row !== undefined && rows.length < limits.rows; row = queue.peek()) {
    const itsPage = Math.floor(row / rowsPerPage);
    if (itsPage !== page && pages === limits.pages) break;
    if (itsPage !== page) pages++;
    page = itsPage;
    rows.push(row);
    queue.shift();
  }
  return { rows, pages };
}

function removeRows({ log }: Database, rows: readonly Revision[]): boolean {
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

function sweepOf(database: Database, floor: Revision, pieces: Iterator<Piece, void>): Sweep {
  let piece: Piece | undefined;
  let slice: Slice | undefined;
  let done = false;
  const advance = () => {
    piece?.whenGone?.();
    const next = pieces.next();
    piece = next.value ?? undefined;
    done = next.done === true;
  };
  return {
    floor,
    get done() {
      return done;
    },
    step(limits) {
      if (!piece) advance();
      if (!piece) return 0;
      slice ??= takeSlice(piece.rows, limits);
      const { rows, pages } = slice;
      if (rows.length > 0 && !removeRows(database, rows)) return undefined;
      slice = undefined;
      if (piece.rows.peek() === undefined) advance();
      return pages;
    },
  };
}

/** The sweep after the floor was raised from `from` to `to`. */
export const compactionSweep = (database: Database, from: Revision, to: Revision): Sweep =>
  sweepOf(database, to, unreachable(database, from, to));

/** The rest of a sweep that an earlier process did not finish. */
export const garbageSweep = (database: Database, rows: readonly Revision[]): Sweep =>
  sweepOf(database, 0, [{ rows: queueOf([sorted(rows)]) }].values());
