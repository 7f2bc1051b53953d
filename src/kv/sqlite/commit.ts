import { addLease, attach, dropLease, hasLease, keysOf } from '../lease-table.ts';
import type { KvEvent, LeaseId, Revision } from '../types.ts';
import type { Database } from './database.ts';
import { sqliteCode, sqliteCodeOf, unavailable } from './errors.ts';
import { deleteEvent, itemAt } from './events.ts';
import { type CommitMessage, type FromWorker, type Outcome, opKind } from './messages.ts';
import type { Operation } from './packing.ts';
import { newestRow, type Versions, withDelete, withPut } from './versions.ts';

/** The transaction under way: what the store will know once it is durable. */
interface Transaction {
  readonly database: Database;
  versions: Versions;
}

type Applied = number | Outcome;

const lost = ({ database, versions }: Transaction, key: string): Outcome => {
  const current = versions.live.get(key);
  return {
    kind: 'lost',
    revision: versions.revision,
    current: current && itemAt(database.log, current.modRevision),
  };
};

const noLease = (lease: LeaseId): Outcome => ({ kind: 'failed', error: { name: 'lease', lease } });

/** Gives the create revision of a put that succeeded. */
function put(transaction: Transaction, { key, argument: expected, value, id: lease }: Operation): Applied {
  const { database, versions } = transaction;
  const { log, previous, previousWanted } = database;
  if (lease !== 0 && !hasLease(versions.leaseTable, lease)) return noLease(lease);
  const current = versions.live.get(key);
  if ((current?.modRevision ?? 0) !== expected) return lost(transaction, key);
  const revision = versions.revision + 1;
  const previousRevision = newestRow(versions, key);
  const createRevision = current?.createRevision ?? revision;
  log.append({ revision, key, createRevision, previousRevision, lease, deleted: false }, value);
  previous.append(revision, previousRevision);
  const leaseTable = attach(versions.leaseTable, key, lease === 0 ? undefined : lease);
  transaction.versions = { ...withPut(versions, key, { modRevision: revision, createRevision }), leaseTable };
  if (!current || !previousWanted) return createRevision;
  return { kind: 'updated', previous: itemAt(log, current.modRevision) };
}

function removeKey(transaction: Transaction, key: string, modRevision: Revision): KvEvent {
  const { database, versions } = transaction;
  const { log, previous } = database;
  const revision = versions.revision + 1;
  const item = itemAt(log, modRevision);
  const { createRevision } = item;
  log.append({ revision, key, createRevision, previousRevision: modRevision, lease: 0, deleted: true }, null);
  previous.append(revision, modRevision);
  const leaseTable = attach(versions.leaseTable, key, undefined);
  transaction.versions = { ...withDelete(versions, key, revision), leaseTable };
  return deleteEvent(item, revision);
}

function remove(transaction: Transaction, { key, argument: expected }: Operation): Applied {
  const current = transaction.versions.live.get(key);
  if (current?.modRevision !== expected) return lost(transaction, key);
  return { kind: 'deleted', event: removeKey(transaction, key, expected) };
}

function grant(transaction: Transaction, { argument: expiresAtMs }: Operation): Applied {
  const { database, versions } = transaction;
  const lease = { id: versions.leaseTable.lastId + 1, expiresAtMs };
  database.log.addLease(lease);
  transaction.versions = { ...versions, leaseTable: addLease(versions.leaseTable, lease) };
  return { kind: 'granted', lease: lease.id };
}

function revoke(transaction: Transaction, { id: lease }: Operation): Applied {
  const { leaseTable, live } = transaction.versions;
  if (!hasLease(leaseTable, lease)) return noLease(lease);
  const events = keysOf(leaseTable, lease).map((key) =>
    removeKey(transaction, key, live.get(key)!.modRevision),
  );
  transaction.database.log.removeLease(lease);
  const { versions } = transaction;
  transaction.versions = { ...versions, leaseTable: dropLease(versions.leaseTable, lease) };
  return { kind: 'revoked', events };
}

/** Raises the floor only; the rows below it are removed later, in slices (compaction.ts). */
function compact(transaction: Transaction, { argument: floor }: Operation): Applied {
  const { database, versions } = transaction;
  const { revision, compactRevision } = versions;
  if (floor > revision) return { kind: 'failed', error: { name: 'future', revision } };
  if (floor > compactRevision) {
    database.log.setFloor(floor);
    transaction.versions = { ...versions, compactRevision: floor };
  }
  return { kind: 'compacting', compactRevision: transaction.versions.compactRevision };
}

const appliers: Readonly<Record<number, (transaction: Transaction, operation: Operation) => Applied>> = {
  [opKind.put]: put,
  [opKind.delete]: remove,
  [opKind.grant]: grant,
  [opKind.revoke]: revoke,
  [opKind.compact]: compact,
};

function applyAll(transaction: Transaction, operations: readonly Operation[]): CommitMessage {
  const created = new Float64Array(operations.length);
  const outcomes: [number, Outcome][] = [];
  const baseRevision = transaction.versions.revision;
  for (const [index, operation] of operations.entries()) {
    const applied = appliers[operation.kind]!(transaction, operation);
    if (typeof applied === 'number') {
      created[index] = applied;
      continue;
    }
    outcomes.push([index, applied]);
    if (applied.kind === 'updated') created[index] = applied.previous.createRevision;
  }
  return { kind: 'commit', count: operations.length, baseRevision, created, outcomes };
}

/** Failures at COMMIT after which SQLite is known to have left nothing behind. */
const knownNotWritten: readonly (number | undefined)[] = [
  sqliteCode.full,
  sqliteCode.busy,
  sqliteCode.readonly,
];

/**
 * Runs the operations in one transaction and gives the answer to send. When the transaction fails, the database and what
 * is known about it are as before.
 */
export function commitGroup(database: Database, operations: readonly Operation[]): FromWorker {
  const { log, previous, versions } = database;
  const transaction: Transaction = { database, versions };
  let committing = false;
  try {
    log.begin();
    const message = applyAll(transaction, operations);
    committing = true;
    log.commit();
    database.versions = transaction.versions;
    return message;
  } catch (error) {
    log.rollback();
    previous.truncate(versions.revision);
    const outcomeUnknown = committing && !knownNotWritten.includes(sqliteCodeOf(error));
    return { kind: 'commitFailed', count: operations.length, error: unavailable(error, outcomeUnknown) };
  }
}
