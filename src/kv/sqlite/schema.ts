import { closeSync, openSync, readSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { sqliteCode, sqliteCodeOf, textOf } from './errors.ts';

/** "Bnnc": tells our databases from others. */
const applicationId = 0x42_6e_6e_63;
/** The layout of the tables below. A store with a larger number was written by a newer release. */
const schemaVersion = 1;

/** Large pages: a transaction of many writes fills few of them, each is written once. */
const pageBytes = 16_384;
/** SQLite's page cache; negative in the pragma because it counts KiB there. */
const cacheKiB = 16_384;

/**
 * The store is one append-only table: a row per revision, in order, so that a transaction writes consecutive pages.
 * There is no index on the keys in the database; it is kept in memory and read from the rows at start (versions.ts).
 *
 * - `value` is NULL for a delete.
 * - `previous_revision` is the row the key had before, also when that was a delete; 0 when there was none.
 * - `lease` is 0 for none.
 */
const tables = `
  CREATE TABLE log (
    revision INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    create_revision INTEGER NOT NULL,
    previous_revision INTEGER NOT NULL,
    lease INTEGER NOT NULL,
    value BLOB
  ) STRICT;
  CREATE TABLE lease (id INTEGER PRIMARY KEY AUTOINCREMENT, expires_at_ms REAL NOT NULL) STRICT;
  CREATE TABLE floor (compact_revision INTEGER NOT NULL) STRICT;
  INSERT INTO floor VALUES (1);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${schemaVersion};
`;

interface Header {
  /** Counts changes of the tables. */
  readonly schemaCookie: number;
  readonly applicationId: number;
  readonly version: number;
}

/** Bytes of the database header (https://www.sqlite.org/fileformat.html) up to the end of the application id. */
const headerBytes = 72;
const schemaCookieOffset = 40;
const versionOffset = 60;
const applicationIdOffset = 68;
const magic = 'SQLite format 3\0';

/** Read without SQLite, which would already touch the files. Undefined when there is no file, or nothing in it yet. */
function readHeader(path: string): Header | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Error(`cannot read the store ${path}: ${textOf(error)}`);
  }
  try {
    const header = Buffer.alloc(headerBytes);
    const length = readSync(file, header, 0, headerBytes, 0);
    if (length === 0) return undefined;
    if (length < headerBytes || header.toString('latin1', 0, magic.length) !== magic)
      throw new Error(`${path} is not a store: not a SQLite database`);
    return {
      schemaCookie: header.readInt32BE(schemaCookieOffset),
      applicationId: header.readInt32BE(applicationIdOffset),
      version: header.readInt32BE(versionOffset),
    };
  } finally {
    closeSync(file);
  }
}

/** Throws when the file is not ours or from a newer release. Changes nothing. */
export function checkHeader(path: string): void {
  const header = readHeader(path);
  if (header) checkVersion(path, header);
}

function checkVersion(path: string, { schemaCookie, applicationId: id, version }: Header): void {
  // All are 0 in a database whose creation was interrupted.
  if (schemaCookie === 0 && id === 0 && version === 0) return;
  if (id !== applicationId) throw new Error(`${path} is not a store: it belongs to another application`);
  if (version > schemaVersion)
    throw new Error(
      `the store ${path} was written by a newer release (format ${version}, this release reads up to ${schemaVersion})`,
    );
}

const pragma = (db: DatabaseSync, name: string): number => Number(db.prepare(`PRAGMA ${name}`).get()![name]);

function createTables(db: DatabaseSync): void {
  db.exec(`BEGIN IMMEDIATE; ${tables} COMMIT;`);
  // Into the main file, where checkHeader of this and of later releases looks.
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
}

function openFile(path: string): DatabaseSync {
  try {
    const db = new DatabaseSync(path);
    db.exec(`PRAGMA page_size = ${pageBytes}; PRAGMA journal_mode = WAL`);
    return db;
  } catch (error) {
    if (sqliteCodeOf(error) === sqliteCode.notADatabase)
      throw new Error(`${path} is not a store: ${textOf(error)}`);
    throw new Error(`cannot open the store ${path}: ${textOf(error)}`);
  }
}

/** Opens the store's database, making it when there is none. The caller holds the lock and has checked the header. */
export function openDatabase(path: string, maxBytes: number): DatabaseSync {
  const db = openFile(path);
  try {
    db.exec(`
      PRAGMA synchronous = FULL;
      PRAGMA cache_size = -${cacheKiB};
      PRAGMA temp_store = MEMORY;
      PRAGMA wal_autocheckpoint = 0;
      PRAGMA max_page_count = ${Math.ceil(maxBytes / pragma(db, 'page_size'))};
    `);
    const header = {
      schemaCookie: pragma(db, 'schema_version'),
      applicationId: pragma(db, 'application_id'),
      version: pragma(db, 'user_version'),
    };
    checkVersion(path, header);
    if (header.version === 0) createTables(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
