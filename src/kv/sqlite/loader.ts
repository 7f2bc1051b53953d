import type { KeyValue, LeaseId, Revision } from '../types.ts';
import { sqliteCode, sqliteCodeOf } from './errors.ts';
import { createLog } from './log.ts';
import { openDatabase } from './schema.ts';

/** Fills a new database with what was in another store, with the revisions that it had there. */
export interface SqliteLoader {
  /** In any order; a leased key goes away when the time of the load's lease has passed. Throws for a revision that is taken. */
  put(item: KeyValue, isLeased: boolean): void;
  /** Makes everything durable. The store stands at `revision` then, and its history begins there. */
  finish(revision: Revision): void;
  close(): void;
}

const rowsPerTransaction = 1_000;
/** The transaction under way is in memory, and everything since the last checkpoint in the log file. */
const bytesPerTransaction = 8 * 1_024 * 1_024;

const lease: LeaseId = 1;

/** `path` is empty or not there. `leaseExpiresAtMs`: milliseconds since the epoch. */
export function createSqliteLoader(path: string, maxBytes: number, leaseExpiresAtMs: number): SqliteLoader {
  const db = openDatabase(path, maxBytes);
  const log = createLog(db);
  let [rows, bytes, hasLease] = [0, 0, false];

  const commit = (): void => {
    if (!db.isTransaction) return;
    log.commit();
    log.checkpoint();
    [rows, bytes] = [0, 0];
  };
  const append = ({ key, value, createRevision, modRevision: revision }: KeyValue, leased: boolean): void => {
    const head = { revision, key, createRevision, previousRevision: 0, deleted: false };
    log.append({ ...head, lease: leased ? lease : 0 }, value);
  };

  return {
    put(item, isLeased) {
      if (!db.isTransaction) log.begin();
      if (isLeased && !hasLease) log.addLease({ id: lease, expiresAtMs: leaseExpiresAtMs });
      hasLease ||= isLeased;
      try {
        append(item, isLeased);
      } catch (error) {
        if (sqliteCodeOf(error) !== sqliteCode.constraint) throw error;
        throw new Error(`two objects have the version ${item.modRevision}; one is at ${item.key}`, {
          cause: error,
        });
      }
      bytes += item.value.byteLength;
      if (++rows >= rowsPerTransaction || bytes >= bytesPerTransaction) commit();
    },
    finish(revision) {
      if (!db.isTransaction) log.begin();
      log.setFloor(revision);
      commit();
    },
    close: () => db.close(),
  };
}
