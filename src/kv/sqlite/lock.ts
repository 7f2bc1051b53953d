import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sqliteCode, sqliteCodeOf, textOf } from './errors.ts';

const lockName = 'lock';

/**
 * Takes the directory of the store for this process until `close` of the result, or until the process ends in whatever
 * way: an exclusive SQLite lock on an empty side file, which the kernel releases. The database itself stays readable for
 * other programs.
 */
export function lockDirectory(path: string): DatabaseSync {
  const directory = dirname(path);
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(join(directory, lockName));
    // Nothing is ever written: no journal file either.
    lock.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock?.close();
    if (sqliteCodeOf(error) === sqliteCode.busy) throw new Error(`${directory} is in use by another process`);
    throw new Error(`cannot write to ${directory}: ${textOf(error)}`);
  }
}
