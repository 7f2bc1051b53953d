import { type Clock, delay } from '../../apimachinery/clock.ts';
import type { Random } from '../../apimachinery/random.ts';
import { checkKey, checkPrefix, checkRevision, checkTtl, checkValue } from '../checks.ts';
import type { Kv, LeaseId, Revision, WriteResult } from '../types.ts';
import { FutureRevisionError, LeaseNotFoundError, StoreUnavailableError } from '../types.ts';
import type { TransactionAnswer } from './answers.ts';
import { type Calls, createCalls } from './calls.ts';
import { createEtcdClient, type EtcdClient, type EtcdTls } from './client.ts';
import { CallError, isCompacted, isElsewhere, isLeaseNotFound, isLeaseTaken, storeError } from './errors.ts';
import { type KeySpace, keySpace } from './keys.ts';
import { createReads } from './reads.ts';
import { deleteIfRequest, putIfRequest } from './requests.ts';
import { isTooOld, oldestVersions } from './versions.ts';
import { createWatches } from './watches.ts';
import type { Message } from './wire.ts';

export interface EtcdKvOptions {
  /** `http://host:port` or `https://host:port`, one at least. */
  readonly endpoints: readonly string[];
  /** Keys of this store begin with `root`; in etcd they begin with `prefix` instead. */
  readonly root: string;
  readonly prefix: string;
  readonly tls?: EtcdTls;
  /** Runs deadlines and retries. Leases run on etcd's own clock. */
  readonly clock: Clock;
  /** Draws the ids of leases. */
  readonly random: Random;
  /** How long one call may take before its outcome counts as unknown. */
  readonly callTimeoutMs?: number;
  /** How long `openEtcdKv` waits for a member that answers. */
  readonly openTimeoutMs?: number;
}

const defaultCallTimeoutMs = 10_000;
const defaultOpenTimeoutMs = 20_000;
const openRetryMs = 500;

/**
 * Opens a store in an etcd cluster that others may use too, this program's other replicas included.
 *
 * Rejects with an Error whose message can be shown to the user when no member answers in time, etcd refuses this client, or is too
 * old.
 */
export async function openEtcdKv(options: EtcdKvOptions): Promise<Kv> {
  const { endpoints, root, prefix, tls = {}, clock } = options;
  const { callTimeoutMs = defaultCallTimeoutMs } = options;
  const keys = keySpace(root, prefix);
  const client = createEtcdClient({ endpoints, tls, clock, callTimeoutMs });
  const calls = createCalls(client, keys);
  try {
    const start = await untilReached(calls, options);
    return storeOf({ ...options, client, calls, keys, ...start });
  } catch (error) {
    client.close();
    throw error;
  }
}

/** Where the store stands when it is opened. */
interface Start {
  readonly revision: Revision;
  /** etcd's floor: the revision that was compacted last. */
  readonly compacted: Revision;
}

async function untilReached(calls: Calls, options: EtcdKvOptions): Promise<Start> {
  const { endpoints, clock, openTimeoutMs = defaultOpenTimeoutMs } = options;
  const giveUpAtMs = clock.monotonicMs() + openTimeoutMs;
  for (;;) {
    try {
      const version = await calls.version();
      if (isTooOld(version))
        throw new Error(
          `etcd at ${endpoints.join(', ')} is ${version}; ${oldestVersions} or newer is needed`,
        );
      return { revision: await calls.newestRevision(), compacted: await calls.compactedRevision() };
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      if (!isElsewhere(error.failure) || clock.monotonicMs() >= giveUpAtMs)
        throw new Error(`etcd at ${endpoints.join(', ')} cannot be used: ${error.message}`, { cause: error });
    }
    await delay(clock, openRetryMs);
  }
}

interface Opened extends EtcdKvOptions, Start {
  readonly client: EtcdClient;
  readonly calls: Calls;
  readonly keys: KeySpace;
}

function storeOf(opened: Opened): Kv {
  const { client, calls, keys, clock, random } = opened;
  let { revision } = opened;
  let compactRevision: Revision = 1;
  let closing: Promise<void> | undefined;
  const inFlight = new Set<Promise<unknown>>();

  const see = (seen: Revision): void => {
    if (seen <= revision) return;
    revision = seen;
    watches.grown();
  };
  /**
   * etcd keeps what was newest at its floor, but not what an event at the floor replaced, and no delete there. So the floor of
   * this store is one later.
   */
  const seeFloor = (compacted: Revision): Revision => {
    compactRevision = Math.max(compactRevision, Math.min(compacted + 1, revision));
    return compactRevision;
  };
  seeFloor(opened.compacted);

  const watches = createWatches({
    client,
    keys,
    clock,
    newest: () => revision,
    see,
    floor: () => compactRevision,
    seeFloor,
  });
  const reads = createReads({
    calls,
    keys,
    see,
    floor: () => compactRevision,
    newest: () => revision,
    seeFloor,
  });

  const assertOpen = (): void => {
    if (closing) throw new StoreUnavailableError('the store is closed', false);
  };

  /** `work`, which `close` waits for. */
  const tracked = async <T>(work: Promise<T>): Promise<T> => {
    inFlight.add(work);
    try {
      return await work;
    } finally {
      inFlight.delete(work);
    }
  };

  const write = async <T>(work: Promise<T>, lease: LeaseId = 0): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw isLeaseNotFound(error) ? new LeaseNotFoundError(lease) : storeError(error, true);
    }
  };

  const resultOf = async ({ revision: at, succeeded, current }: TransactionAnswer): Promise<WriteResult> => {
    see(at);
    if (!succeeded) {
      const item = current && { ...current, key: keys.fromEtcd(current.key) };
      return { ok: false, revision: at, current: item };
    }
    await watches.delivered(at);
    return { ok: true, revision: at };
  };

  const transact = async (request: Message, lease?: LeaseId): Promise<WriteResult> =>
    resultOf(await write(calls.transaction(request), lease));

  /** A delete that expects nothing to be there has lost, whatever is there. */
  const lostDelete = async (key: string): Promise<WriteResult> => {
    const { revision: at, kv: current } = await reads.get(key);
    return { ok: false, revision: at, current };
  };

  const compactTo = async (floor: Revision): Promise<void> => {
    if (floor > revision) await reads.currentRevision();
    if (floor > revision) throw new FutureRevisionError(revision);
    if (floor <= compactRevision) return;
    // Of this store's own readers none is disturbed.
    await Promise.all([reads.settled(), watches.caughtUp()]);
    try {
      await calls.compact(floor - 1);
      compactRevision = Math.max(compactRevision, floor);
    } catch (error) {
      // Somebody else went further.
      if (!isCompacted(error)) throw storeError(error, false);
      await reads.learnFloor();
    }
  };

  const grant = async (ttlSeconds: number): Promise<LeaseId> => {
    for (;;) {
      const lease = 1 + random.int(leaseIdHigh) * leaseIdLow + random.int(leaseIdLow);
      try {
        await calls.grant(lease, Math.ceil(ttlSeconds));
        return lease;
      } catch (error) {
        if (!isLeaseTaken(error)) throw storeError(error, true);
      }
    }
  };

  const close = async (): Promise<void> => {
    await Promise.allSettled(inFlight);
    watches.closeAll(new StoreUnavailableError('the store is closed', false));
    client.close();
  };

  return {
    shared: true,
    async get(key, at) {
      assertOpen();
      checkKey(key);
      if (at !== undefined) checkRevision(at);
      return tracked(reads.get(key, at));
    },
    async list(prefix, options = {}) {
      assertOpen();
      checkPrefix(prefix);
      if (options.revision !== undefined) checkRevision(options.revision);
      return tracked(reads.list(prefix, options));
    },
    async count(prefix) {
      assertOpen();
      checkPrefix(prefix);
      return tracked(reads.count(prefix));
    },
    async putIf(key, value, expected, { lease = 0 } = {}) {
      assertOpen();
      checkKey(key);
      checkValue(value);
      checkRevision(expected, 0);
      return tracked(transact(putIfRequest(keys.toEtcd(key), value, expected, lease), lease));
    },
    async deleteIf(key, expected) {
      assertOpen();
      checkKey(key);
      checkRevision(expected, 0);
      if (expected === 0) return tracked(lostDelete(key));
      return tracked(transact(deleteIfRequest(keys.toEtcd(key), expected)));
    },
    watch(fromRevision, sink) {
      assertOpen();
      checkRevision(fromRevision);
      return watches.add(fromRevision, sink);
    },
    revision: () => revision,
    async currentRevision() {
      assertOpen();
      return tracked(reads.currentRevision());
    },
    compactRevision: () => compactRevision,
    async compact(floor) {
      assertOpen();
      checkRevision(floor);
      await tracked(compactTo(floor));
    },
    async grantLease(ttlSeconds) {
      assertOpen();
      checkTtl(ttlSeconds);
      return tracked(grant(ttlSeconds));
    },
    async revokeLease(lease) {
      assertOpen();
      const revoke = async () => {
        const at = await write(calls.revoke(lease), lease);
        see(at);
        await watches.delivered(at);
      };
      await tracked(revoke());
    },
    close: () => (closing ??= close()),
  };
}

/** Ids of leases have 52 random bits, so that replicas do not meet. */
const leaseIdHigh = 2 ** 31;
const leaseIdLow = 2 ** 21;
