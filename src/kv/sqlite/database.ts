import type { DatabaseSync } from 'node:sqlite';
import { lockDirectory } from './lock.ts';
import { createLog, type Log } from './log.ts';
import type { PreviousRevisions } from './previous-revisions.ts';
import { checkHeader, openDatabase } from './schema.ts';
import { type Loaded, loadVersions, type Versions } from './versions.ts';

/** The open store inside the worker: what is on disk and what is known about it. */
export interface Database {
  readonly log: Log;
  readonly previous: PreviousRevisions;
  /** As of the last transaction that is durable. */
  versions: Versions;
  /** Whether committed events must carry what was there before. */
  previousWanted: boolean;
  close(): void;
}

/** Opens the store, or throws an error that says what is wrong; then nothing on the disk has been changed. */
export function openStore(
  path: string,
  maxBytes: number,
): { readonly database: Database; readonly loaded: Loaded } {
  checkHeader(path);
  const lock = lockDirectory(path);
  let db: DatabaseSync | undefined;
  try {
    // Again, now that nobody else can change it.
    checkHeader(path);
    db = openDatabase(path, maxBytes);
    const log = createLog(db);
    const loaded = loadVersions(log);
    const close = () => {
      // Closing the last connection checkpoints and removes the WAL.
      db?.close();
      lock.close();
    };
    const { previous, versions } = loaded;
    return { loaded, database: { log, previous, versions, previousWanted: false, close } };
  } catch (error) {
    db?.close();
    lock.close();
    throw error;
  }
}
