import type { Clock } from '../../apimachinery/clock.ts';
import { checkKey, checkPrefix, checkRevision, checkTtl, checkValue } from '../checks.ts';
import { allLeases, hasLease } from '../lease-table.ts';
import { createLeaseTimers } from '../lease-timers.ts';
import type {
  GetResult,
  Kv,
  KvEvent,
  KvWatch,
  LeaseId,
  ListOptions,
  ListResult,
  PutOptions,
  Revision,
  WatchSink,
  WriteResult,
} from '../types.ts';
import { LeaseNotFoundError, StoreUnavailableError } from '../types.ts';
import {
  type Change,
  compactTo,
  emptyState,
  endLease,
  grantLease,
  indexAsOf,
  listState,
  put,
  remove,
  type State,
} from './state.ts';
import { createWatchers } from './watchers.ts';

export interface MemoryKvOptions {
  /** Runs the leases. */
  readonly clock: Clock;
}

export interface MemoryKv extends Kv {
  /**
   * A store of its own that starts from everything in this one: keys, history, running leases; watches stay behind.
   * One pointer is copied, whatever the size. The fork runs on `clock`, or on the clock of this store.
   */
  fork(options?: Partial<MemoryKvOptions>): MemoryKv;
}

export function createMemoryKv(options: MemoryKvOptions): MemoryKv {
  return storeOf(emptyState, options);
}

function storeOf(initial: State, options: MemoryKvOptions): MemoryKv {
  const { clock } = options;
  let state = initial;
  let closed = false;
  const watchers = createWatchers();

  const assertOpen = (): void => {
    if (closed) throw new StoreUnavailableError('the store is closed', false);
  };

  const commit = (next: State, events: readonly KvEvent[]): void => {
    state = next;
    watchers.deliver(events);
  };

  const written = ({ state: next, event }: Change): WriteResult => {
    commit(next, [event]);
    return { ok: true, revision: event.revision };
  };

  const endLeaseNow = (lease: LeaseId): void => {
    const ended = endLease(state, lease);
    commit(ended.state, ended.events);
  };

  const timers = createLeaseTimers(clock, endLeaseNow);
  for (const { id, expiresAtMs } of allLeases(state.leaseTable)) timers.arm(id, expiresAtMs);

  const assertLease = (lease: LeaseId): void => {
    if (!hasLease(state.leaseTable, lease)) throw new LeaseNotFoundError(lease);
  };

  return {
    shared: false,

    async get(key: string, revision: Revision = state.revision): Promise<GetResult> {
      assertOpen();
      checkKey(key);
      checkRevision(revision);
      return { revision, kv: indexAsOf(state, revision).get(key) };
    },

    async list(prefix: string, listOptions: ListOptions = {}): Promise<ListResult> {
      assertOpen();
      checkPrefix(prefix);
      if (listOptions.revision !== undefined) checkRevision(listOptions.revision);
      return listState(state, prefix, listOptions);
    },

    async count(prefix: string) {
      assertOpen();
      checkPrefix(prefix);
      return { revision: state.revision, count: state.index.countPrefix(prefix) };
    },

    async putIf(
      key: string,
      value: Uint8Array,
      expected: Revision,
      { lease }: PutOptions = {},
    ): Promise<WriteResult> {
      assertOpen();
      checkKey(key);
      checkValue(value);
      checkRevision(expected, 0);
      if (lease !== undefined) assertLease(lease);
      const current = state.index.get(key);
      if ((current?.modRevision ?? 0) !== expected) return { ok: false, revision: state.revision, current };
      return written(put(state, key, value, lease));
    },

    async deleteIf(key: string, expected: Revision): Promise<WriteResult> {
      assertOpen();
      checkKey(key);
      checkRevision(expected, 0);
      const current = state.index.get(key);
      if (current?.modRevision !== expected) return { ok: false, revision: state.revision, current };
      return written(remove(state, current));
    },

    watch(fromRevision: Revision, sink: WatchSink): KvWatch {
      assertOpen();
      checkRevision(fromRevision);
      return watchers.add(state, fromRevision, sink);
    },

    revision: () => state.revision,
    async currentRevision() {
      assertOpen();
      return state.revision;
    },
    compactRevision: () => state.compactRevision,

    async compact(revision: Revision) {
      assertOpen();
      checkRevision(revision);
      state = compactTo(state, revision);
    },

    async grantLease(ttlSeconds: number) {
      assertOpen();
      checkTtl(ttlSeconds);
      const added = grantLease(state, clock.now() + ttlSeconds * 1_000);
      state = added.state;
      timers.arm(added.lease.id, added.lease.expiresAtMs);
      return added.lease.id;
    },

    async revokeLease(lease: LeaseId) {
      assertOpen();
      assertLease(lease);
      timers.cancel(lease);
      endLeaseNow(lease);
    },

    async close() {
      if (closed) return;
      closed = true;
      timers.cancelAll();
      watchers.closeAll(new StoreUnavailableError('the store is closed', false));
    },

    fork(forkOptions: Partial<MemoryKvOptions> = {}): MemoryKv {
      assertOpen();
      return storeOf(state, { ...options, ...forkOptions });
    },
  };
}
