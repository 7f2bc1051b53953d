import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { KeyValue, Revision } from '../types.ts';
import { textOf } from './errors.ts';
import { lockDirectory } from './lock.ts';
import { createLog, type Log } from './log.ts';
import { checkHeader } from './schema.ts';

/** A store that is only read, as of one moment, whoever else has it open. */
export interface SqliteReader {
  /** In one read transaction, which lasts until `close`: meanwhile a server's write-ahead log cannot begin anew, and grows. */
  readonly db: DatabaseSync;
  readonly log: Log;
  readonly revision: Revision;
  readonly compactRevision: Revision;
  /** Keys that are there. */
  count(): number;
  /** What is there, in byte order of the keys. Memory does not grow with the store. */
  items(): Iterable<KeyValue>;
  close(): void;
}

/** Throws an Error, to be shown to the operator, when there is no store, or none that this release can read. */
export function openSqliteReader(path: string): SqliteReader {
  if (!existsSync(path)) throw new Error(`there is no store at ${path}`);
  checkHeader(path);
  const db = opened(path);
  try {
    // Not opened read-only: such a connection cannot clean up the files beside the database when it is the last one.
    db.exec('PRAGMA query_only = ON; BEGIN');
    const log = createLog(db);
    const compactRevision = log.floor();
    const { newest } = db.prepare('SELECT max(revision) AS newest FROM log').get() as {
      newest: number | null;
    };
    return {
      db,
      log,
      revision: Math.max(newest ?? 1, compactRevision),
      compactRevision,
      count: () => Number(db.prepare(countKeys).get()!['count']),
      items: () => itemsOf(db, log),
      close: () => db.close(),
    };
  } catch (error) {
    db.close();
    throw new Error(`cannot read the store ${path}: ${textOf(error)}`, { cause: error });
  }
}

function opened(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path);
  } catch (error) {
    throw new Error(`cannot open the store ${path}: ${textOf(error)}`, { cause: error });
  }
}

/** The newest row of each key. Of a bare column beside max(), SQLite takes the value in the row that has the maximum. */
export const newestRows = 'SELECT max(revision) AS revision, value IS NULL AS gone FROM log GROUP BY key';
const countKeys = `SELECT count(*) AS count FROM (${newestRows}) WHERE NOT gone`;

function* itemsOf(db: DatabaseSync, log: Log): Generator<KeyValue> {
  const rows = db.prepare(`SELECT revision FROM (${newestRows}) WHERE NOT gone`);
  for (const { revision } of rows.iterate() as Iterable<{ revision: number }>) {
    const { key, createRevision, value } = log.row(revision)!;
    yield { key, value: value!, createRevision, modRevision: revision };
  }
}

/** Whether a process, such as a running server, has the store at `path`. */
export function isInUse(path: string): boolean {
  try {
    lockDirectory(path).close();
    return false;
  } catch (error) {
    if ((error as Error).message.includes('in use')) return true;
    throw error;
  }
}
