import { copyFileSync, existsSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { writing } from '../../apimachinery/write-whole.ts';
import type { Revision } from '../types.ts';
import { textOf } from './errors.ts';
import { lockDirectory } from './lock.ts';
import { isInUse, newestRows, openSqliteReader } from './reader.ts';
import { checkHeader, openDatabase } from './schema.ts';

/*
 * What is done to a store's files without serving them. Errors can be shown to the operator.
 */

export interface SqliteStatus {
  readonly revision: Revision;
  readonly compactRevision: Revision;
  readonly objects: number;
  /** Revisions that are kept, with those of what is there now. */
  readonly rows: number;
  readonly databaseBytes: number;
  /** Of these, bytes that the next writes will use. */
  readonly freeBytes: number;
  readonly logBytes: number;
  readonly inUse: boolean;
}

const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0);

const pragma = (db: DatabaseSync, name: string): number => Number(db.prepare(`PRAGMA ${name}`).get()![name]);

export function sqliteStatus(path: string): SqliteStatus {
  const reader = openSqliteReader(path);
  try {
    const { db, revision, compactRevision } = reader;
    return {
      revision,
      compactRevision,
      objects: reader.count(),
      rows: Number(db.prepare('SELECT count(*) AS rows FROM log').get()!['rows']),
      databaseBytes: sizeOf(path),
      freeBytes: pragma(db, 'freelist_count') * pragma(db, 'page_size'),
      logBytes: sizeOf(`${path}-wal`),
      inUse: isInUse(path),
    };
  } finally {
    reader.close();
  }
}

/** Called with pages done and pages in all. */
type OnProgress = (done: number, total: number) => void;

/** Copied between two reports of progress. */
const pagesPerStep = 256;

/**
 * Copies the store as of now into a new file; a server that has it open goes on. The pages come from one read transaction, so that
 * whatever is written meanwhile neither shows in the copy nor makes it begin again. Gives the revision of the copy.
 */
export async function snapshotSqlite(
  path: string,
  target: string,
  onProgress: OnProgress,
): Promise<Revision> {
  const reader = openSqliteReader(path);
  const partial = `${target}.partial`;
  try {
    await writing(partial, target, async () => {
      const progress = ({ totalPages, remainingPages }: { totalPages: number; remainingPages: number }) =>
        onProgress(totalPages - remainingPages, totalPages);
      await backup(reader.db, partial, { rate: pagesPerStep, progress });
      checkWhole(partial);
    });
    return reader.revision;
  } finally {
    reader.close();
  }
}

/**
 * Puts a copy into a directory that has no store yet. `bump` is added to the store's revision and history before it is dropped, so
 * that clients who have seen what was written after the copy was made notice, and read everything anew. Gives the revision.
 */
export async function restoreSqlite(source: string, path: string, bump: Revision): Promise<Revision> {
  if (!existsSync(source)) throw new Error(`there is no snapshot at ${source}`);
  checkHeader(source);
  const lock = lockDirectory(path);
  try {
    refuseStore(path);
    const partial = `${path}.partial`;
    return await writing(partial, path, async () => {
      copyFileSync(source, partial);
      checkWhole(partial);
      const reader = openSqliteReader(partial);
      const revision = reader.revision + bump;
      reader.close();
      const db = new DatabaseSync(partial);
      if (bump > 0) dropHistory(db, revision);
      db.close();
      return revision;
    });
  } finally {
    lock.close();
  }
}

function dropHistory(db: DatabaseSync, floor: Revision): void {
  db.exec('BEGIN');
  db.exec(`DELETE FROM log WHERE revision NOT IN (SELECT revision FROM (${newestRows}) WHERE NOT gone)`);
  db.prepare('UPDATE floor SET compact_revision = ?').run(floor);
  db.exec('COMMIT');
}

/** Throws when there is a store at `path` already. */
export function refuseStore(path: string): void {
  const found = ['', '-wal', '-shm'].map((end) => path + end).find(existsSync);
  if (found !== undefined)
    throw new Error(
      `${dirname(path)} has a store already; move ${basename(path)}* away, or name another directory with --data-dir`,
    );
}

/** Gives what is deleted back to the file system. Nobody else may have the store. */
export function shrinkSqlite(path: string): void {
  if (!existsSync(path)) throw new Error(`there is no store at ${path}`);
  checkHeader(path);
  const lock = lockDirectory(path);
  try {
    const db = openDatabase(path, Number.MAX_SAFE_INTEGER);
    try {
      db.exec('VACUUM');
    } finally {
      db.close();
    }
  } finally {
    lock.close();
  }
}

function checkWhole(path: string): void {
  const problems = integrityProblems(path);
  if (problems.length > 0) throw new Error(`${path} is damaged: ${problems[0]}`);
}

const maxProblems = 100;

/** What SQLite finds wrong with a file's pages. */
function integrityProblems(path: string): string[] {
  const db = new DatabaseSync(path);
  try {
    return integrityOf(db);
  } catch (error) {
    return [textOf(error)];
  } finally {
    db.close();
  }
}

export function integrityOf(db: DatabaseSync): string[] {
  const found = db.prepare(`PRAGMA integrity_check(${maxProblems})`).all();
  const texts = found.map(({ integrity_check: text }) => String(text));
  return texts.length === 1 && texts[0] === 'ok' ? [] : texts;
}
