import { emptyMap, prefixEnd } from '../../apimachinery/ordered-map.ts';
import {
  addLease,
  attach,
  dropLease,
  emptyLeaseTable,
  keysOf,
  type Lease,
  type LeaseTable,
} from '../lease-table.ts';
import type { KeyValue, KvEvent, LeaseId, ListOptions, ListResult, Revision } from '../types.ts';
import { CompactedError, FutureRevisionError } from '../types.ts';
import { append, applyEvent, emptyHistory, type History, type Index, indexAt, trim } from './history.ts';

/** The whole store at one moment, as a value. The functions below make the next one. */
export interface State {
  readonly revision: Revision;
  readonly compactRevision: Revision;
  readonly index: Index;
  readonly history: History;
  readonly leaseTable: LeaseTable;
}

const firstRevision: Revision = 1;

export const emptyState: State = {
  revision: firstRevision,
  compactRevision: firstRevision,
  index: emptyMap(),
  history: emptyHistory(firstRevision),
  leaseTable: emptyLeaseTable,
};

const withEvent = (state: State, event: KvEvent): State => ({
  ...state,
  revision: event.revision,
  index: applyEvent(state.index, event),
  history: append(state.history, state.index, event),
});

/** One write: the state after it, and what watchers see of it. */
export interface Change {
  readonly state: State;
  readonly event: KvEvent;
}

export function put(state: State, key: string, value: Uint8Array, lease: LeaseId | undefined): Change {
  const previous = state.index.get(key);
  const revision = state.revision + 1;
  const createRevision = previous?.createRevision ?? revision;
  const event: KvEvent = { type: 'put', key, revision, value, createRevision, previous };
  return { event, state: { ...withEvent(state, event), leaseTable: attach(state.leaseTable, key, lease) } };
}

export function remove(state: State, previous: KeyValue): Change {
  const { key, value, createRevision } = previous;
  const event: KvEvent = {
    type: 'delete',
    key,
    revision: state.revision + 1,
    value,
    createRevision,
    previous,
  };
  return {
    event,
    state: { ...withEvent(state, event), leaseTable: attach(state.leaseTable, key, undefined) },
  };
}

/** Deletes the keys of a lease, each by a write of its own, and forgets the lease. */
export function endLease(
  state: State,
  lease: LeaseId,
): { readonly state: State; readonly events: KvEvent[] } {
  const events: KvEvent[] = [];
  let next = state;
  for (const key of keysOf(state.leaseTable, lease)) {
    const change = remove(next, state.index.get(key)!);
    events.push(change.event);
    next = change.state;
  }
  return { state: { ...next, leaseTable: dropLease(next.leaseTable, lease) }, events };
}

export function grantLease(
  state: State,
  expiresAtMs: number,
): { readonly state: State; readonly lease: Lease } {
  const lease: Lease = { id: state.leaseTable.lastId + 1, expiresAtMs };
  return { lease, state: { ...state, leaseTable: addLease(state.leaseTable, lease) } };
}

export function compactTo(state: State, revision: Revision): State {
  if (revision > state.revision) throw new FutureRevisionError(state.revision);
  if (revision <= state.compactRevision) return state;
  return { ...state, compactRevision: revision, history: trim(state.history, revision) };
}

/** The index as of `revision`; throws CompactedError or FutureRevisionError when there is none. */
export function indexAsOf(state: State, revision: Revision): Index {
  if (revision > state.revision) throw new FutureRevisionError(state.revision);
  if (revision < state.compactRevision) throw new CompactedError(state.compactRevision);
  return revision === state.revision ? state.index : indexAt(state.history, revision);
}

export function listState(state: State, prefix: string, options: ListOptions): ListResult {
  const { revision = state.revision, startKey = prefix, limit = Number.POSITIVE_INFINITY } = options;
  const items: KeyValue[] = [];
  let more = false;
  const endKey = prefixEnd(prefix);
  indexAsOf(state, revision).forEachFrom(startKey > prefix ? startKey : prefix, (key, item) => {
    if (key >= endKey) return false;
    if (items.length >= limit) more = true;
    else items.push(item);
    return !more;
  });
  return { revision, items, more };
}
