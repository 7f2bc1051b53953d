import { emptyMap, type OrderedMap, prefixEnd } from '../apimachinery/ordered-map.ts';
import type { LeaseId } from './types.ts';

export interface Lease {
  readonly id: LeaseId;
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number;
}

/** The leases of a store and the keys under them, as a value; the functions below make the next one. */
export interface LeaseTable {
  /** The newest id ever given; ids are not used again. */
  readonly lastId: LeaseId;
  readonly leases: OrderedMap<Lease>;
  readonly leaseOfKey: OrderedMap<LeaseId>;
  /** Under `<lease>/<key>`, so that the keys of one lease lie next to each other. */
  readonly keysOfLease: OrderedMap<string>;
}

export const emptyLeaseTable: LeaseTable = {
  lastId: 0,
  leases: emptyMap(),
  leaseOfKey: emptyMap(),
  keysOfLease: emptyMap(),
};

export const hasLease = (table: LeaseTable, id: LeaseId): boolean =>
  table.leases.get(String(id)) !== undefined;

export const allLeases = (table: LeaseTable): Lease[] =>
  [...table.leases.entriesFrom('')].map(([, lease]) => lease);

export function addLease(table: LeaseTable, lease: Lease): LeaseTable {
  const lastId = Math.max(table.lastId, lease.id);
  return { ...table, lastId, leases: table.leases.set(String(lease.id), lease) };
}

/** The lease must have no keys any more. */
export const dropLease = (table: LeaseTable, id: LeaseId): LeaseTable => ({
  ...table,
  leases: table.leases.delete(String(id)),
});

/** Puts `key` under a lease, or under none; it leaves the one it was under. */
export function attach(table: LeaseTable, key: string, lease: LeaseId | undefined): LeaseTable {
  const old = table.leaseOfKey.get(key);
  if (old === lease) return table;
  let { leaseOfKey, keysOfLease } = table;
  if (old !== undefined) {
    leaseOfKey = leaseOfKey.delete(key);
    keysOfLease = keysOfLease.delete(`${old}/${key}`);
  }
  if (lease !== undefined) {
    leaseOfKey = leaseOfKey.set(key, lease);
    keysOfLease = keysOfLease.set(`${lease}/${key}`, key);
  }
  return { ...table, leaseOfKey, keysOfLease };
}

export function keysOf(table: LeaseTable, id: LeaseId): string[] {
  const keys: string[] = [];
  const prefix = `${id}/`;
  const end = prefixEnd(prefix);
  table.keysOfLease.forEachFrom(prefix, (path, key) => path < end && keys.push(key));
  return keys;
}
