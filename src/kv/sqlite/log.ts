import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { emptyLeaseTable, type Lease } from '../lease-table.ts';
import type { LeaseId, Revision } from '../types.ts';

/** A row of the log with its value. */
export interface Row {
  readonly revision: Revision;
  readonly key: string;
  readonly createRevision: Revision;
  readonly previousRevision: Revision;
  /** Undefined for a delete. */
  readonly value: Uint8Array | undefined;
}

/** A row of the log as the start needs it. */
export interface RowHead {
  readonly revision: Revision;
  readonly key: string;
  readonly createRevision: Revision;
  readonly previousRevision: Revision;
  readonly lease: LeaseId;
  readonly deleted: boolean;
}

/** The statements of the store: the only place with SQL beside schema.ts. */
export interface Log {
  begin(): void;
  commit(): void;
  /** Does nothing when SQLite has already rolled back by itself. */
  rollback(): void;
  /** Runs `read` in one read transaction: SQLite then takes its file locks once instead of for every row. */
  reading<R>(read: () => R): R;
  /** Runs `write` in a transaction that is whole but need not outlive a loss of power, unless one that follows does. */
  lazily(write: () => void): void;
  append(head: RowHead, value: Uint8Array | null): void;
  row(revision: Revision): Row | undefined;
  rowsFrom(revision: Revision): Iterable<Row>;
  /** Calls `visit` for every row, in order. */
  forEachHead(visit: (head: RowHead) => void): void;
  remove(revision: Revision): void;
  floor(): Revision;
  setFloor(revision: Revision): void;
  leases(): readonly Lease[];
  lastLease(): LeaseId;
  addLease(lease: Lease): void;
  removeLease(id: LeaseId): void;
  /** Moves what the WAL holds into the database, so that the next transaction begins the WAL anew. */
  checkpoint(): void;
}

type Values = readonly SQLOutputValue[];

const columns = 'revision, key, create_revision, previous_revision';

/** Rows are made into objects this many at a time when the whole log is read. */
const headsPerRead = 1_024;

const rowOf = ([revision, key, createRevision, previousRevision, value]: Values): Row => ({
  revision: revision as number,
  key: key as string,
  createRevision: createRevision as number,
  previousRevision: previousRevision as number,
  value: (value as Uint8Array | null) ?? undefined,
});

const headOf = ([revision, key, createRevision, previousRevision, lease, deleted]: Values): RowHead => ({
  revision: revision as number,
  key: key as string,
  createRevision: createRevision as number,
  previousRevision: previousRevision as number,
  lease: lease as number,
  deleted: deleted === 1,
});

function transactionsOf(db: DatabaseSync): Pick<Log, 'begin' | 'commit' | 'rollback' | 'reading' | 'lazily'> {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const beginReading = db.prepare('BEGIN');
  const commit = db.prepare('COMMIT');
  const rollback = () => {
    if (db.isTransaction) db.exec('ROLLBACK');
  };
  return {
    begin: () => void begin.run(),
    commit: () => void commit.run(),
    rollback,
    reading(read) {
      beginReading.run();
      try {
        return read();
      } finally {
        commit.run();
      }
    },
    lazily(write) {
      // Not prepared: SQLite does what this pragma says while it reads it.
      db.exec('PRAGMA synchronous = NORMAL');
      try {
        begin.run();
        write();
        commit.run();
      } finally {
        rollback();
        db.exec('PRAGMA synchronous = FULL');
      }
    },
  };
}

export function createLog(db: DatabaseSync): Log {
  const prepare = (sql: string): StatementSync => {
    const statement = db.prepare(sql);
    statement.setReturnArrays(true);
    return statement;
  };
  // With setReturnArrays rows are arrays, which the type declarations do not know.
  const rowsOf = (statement: StatementSync, ...parameters: number[]) =>
    statement.iterate(...parameters) as unknown as IterableIterator<Values>;
  const allOf = (statement: StatementSync, ...parameters: number[]) =>
    statement.all(...parameters) as unknown as Values[];
  const firstOf = (statement: StatementSync, ...parameters: number[]) =>
    statement.get(...parameters) as unknown as Values | undefined;

  const append = prepare('INSERT INTO log VALUES (?, ?, ?, ?, ?, ?)');
  const row = prepare(`SELECT ${columns}, value FROM log WHERE revision = ?`);
  const rowsFrom = prepare(`SELECT ${columns}, value FROM log WHERE revision >= ? ORDER BY revision`);
  const heads = prepare(
    `SELECT ${columns}, lease, value IS NULL FROM log WHERE revision > ? ORDER BY revision LIMIT ${headsPerRead}`,
  );
  const remove = prepare('DELETE FROM log WHERE revision = ?');
  const floor = prepare('SELECT compact_revision FROM floor');
  const setFloor = prepare('UPDATE floor SET compact_revision = ?');
  const leases = prepare('SELECT id, expires_at_ms FROM lease ORDER BY id');
  const lastLease = prepare("SELECT seq FROM sqlite_sequence WHERE name = 'lease'");
  const addLease = prepare('INSERT INTO lease VALUES (?, ?)');
  const removeLease = prepare('DELETE FROM lease WHERE id = ?');
  const checkpoint = prepare('PRAGMA wal_checkpoint(PASSIVE)');

  return {
    ...transactionsOf(db),
    append({ revision, key, createRevision, previousRevision, lease }, value) {
      append.run(revision, key, createRevision, previousRevision, lease, value);
    },
    row(revision) {
      const values = firstOf(row, revision);
      return values && rowOf(values);
    },
    *rowsFrom(revision) {
      for (const values of rowsOf(rowsFrom, revision)) yield rowOf(values);
    },
    forEachHead(visit) {
      for (let after = 0, rows = allOf(heads, after); rows.length > 0; rows = allOf(heads, after)) {
        for (const values of rows) visit(headOf(values));
        after = rows.at(-1)![0] as number;
      }
    },
    remove: (revision) => void remove.run(revision),
    floor: () => Number(firstOf(floor)![0]),
    setFloor: (revision) => void setFloor.run(revision),
    leases: () =>
      [...rowsOf(leases)].map(([id, expiresAtMs]) => ({ id: Number(id), expiresAtMs: Number(expiresAtMs) })),
    lastLease: () => Number(firstOf(lastLease)?.[0] ?? emptyLeaseTable.lastId),
    addLease: ({ id, expiresAtMs }) => void addLease.run(id, expiresAtMs),
    removeLease: (id) => void removeLease.run(id),
    checkpoint: () => void checkpoint.get(),
  };
}
