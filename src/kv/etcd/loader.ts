import { realClock } from '../../apimachinery/clock.ts';
import type { KeyValue, LeaseId, Revision } from '../types.ts';
import { type Calls, createCalls } from './calls.ts';
import { createEtcdClient } from './client.ts';
import { type EtcdOptions, readTls, root } from './connection.ts';
import { storeError } from './errors.ts';
import { type KeySpace, keySpace, normalPrefix } from './keys.ts';
import { deleteRequest, putIfRequest, putRequest } from './requests.ts';

export interface EtcdLoad {
  /** In the order of their mod revisions. */
  readonly items: Iterable<KeyValue & { readonly isLeased: boolean }>;
  /** Where the store stood that the items are from. */
  readonly revision: Revision;
  /** Grants the lease that leased keys are put under. */
  grantLease(): Promise<LeaseId>;
  readonly keepRevisions: boolean;
  /** Called with the revision that was reached. */
  onProgress(revision: Revision): void;
}

/** Puts in flight while no order has to be kept. */
const putsInFlight = 128;
/** Revisions that may have to be skipped, each by a write; some minutes for a million. */
const maxSkippedRevisions = 5_000_000;
/** What was skipped is compacted now and then, so that it does not fill the database. */
const revisionsPerCompaction = 50_000;
const callTimeoutMs = 30_000;
/** What is written to skip revisions; gone in the end. */
const fillerKey = `${root}/binnacle.dev/import`;

/**
 * Fills etcd, in which nobody else writes meanwhile, with what was in another store.
 *
 * etcd numbers writes itself. So that objects keep their versions, revisions that nothing was left of are skipped by writing
 * something else; that needs an etcd that is not further yet than the oldest object. Rejects with an Error to be shown to the
 * operator. Gives the revision at the end.
 */
export async function loadEtcd(options: EtcdOptions, load: EtcdLoad): Promise<Revision> {
  const tls = await readTls(options);
  const client = createEtcdClient({ endpoints: options.servers, tls, clock: realClock, callTimeoutMs });
  const keys = keySpace(root, normalPrefix(options.prefix));
  const calls = createCalls(client, keys);
  try {
    const lease = once(load.grantLease);
    const revision = load.keepRevisions
      ? await loadInOrder(calls, keys, load, lease)
      : await loadAtOnce(calls, keys, load, lease);
    await calls.compact(revision);
    return revision;
  } catch (error) {
    throw storeError(error, true);
  } finally {
    client.close();
  }
}

/** Granted when there are leased items at all, and once. */
function once(grant: () => Promise<LeaseId>): () => Promise<LeaseId> {
  let lease: Promise<LeaseId> | undefined;
  return () => (lease ??= grant());
}

type Leases = () => Promise<LeaseId>;

async function put(calls: Calls, keys: KeySpace, item: EtcdLoadItem, lease: Leases): Promise<Revision> {
  const id = item.isLeased ? await lease() : 0;
  const request = putIfRequest(keys.toEtcd(item.key), item.value, 0, id);
  const answer = await calls.transaction(request).catch((error: unknown) => {
    throw new Error(`${item.key}: ${(storeError(error, true) as Error).message}`, { cause: error });
  });
  if (!answer.succeeded) throw new Error(`somebody else writes to etcd: ${item.key} is there already`);
  return answer.revision;
}

type EtcdLoadItem = KeyValue & { readonly isLeased: boolean };

async function loadAtOnce(calls: Calls, keys: KeySpace, load: EtcdLoad, lease: Leases): Promise<Revision> {
  const waiting = load.items[Symbol.iterator]();
  const work = async () => {
    for (let next = waiting.next(); !next.done; next = waiting.next()) {
      const { modRevision } = next.value;
      await put(calls, keys, next.value, lease);
      load.onProgress(modRevision);
    }
  };
  await Promise.all(Array.from({ length: putsInFlight }, work));
  return calls.newestRevision();
}

async function loadInOrder(calls: Calls, keys: KeySpace, load: EtcdLoad, lease: Leases): Promise<Revision> {
  let current = await calls.newestRevision();
  const skip = skipper(calls, keys);
  for (const item of load.items) {
    await skip(current, item.modRevision - 1, load.onProgress);
    current = await put(calls, keys, item, lease);
    if (current !== item.modRevision)
      throw new Error(
        `somebody else writes to etcd: revision ${item.modRevision} is taken; begin again without them`,
      );
    load.onProgress(current);
  }
  await skip(current, load.revision, load.onProgress);
  return (await calls.transaction(deleteRequest(keys.toEtcd(fillerKey)))).revision;
}

function skipper(calls: Calls, keys: KeySpace) {
  const filler = putRequest(keys.toEtcd(fillerKey), new Uint8Array(), 0);
  let [skipped, uncompacted] = [0, 0];
  return async (from: Revision, to: Revision, onProgress: (revision: Revision) => void): Promise<void> => {
    if (from > to)
      throw new Error(`etcd is at revision ${from} already, beyond the version ${to + 1}; ${keepNone}`);
    skipped += to - from;
    if (skipped > maxSkippedRevisions)
      throw new Error(`more than ${maxSkippedRevisions} revisions would have to be skipped; ${keepNone}`);
    for (let at = from; at < to; ) {
      const now = Math.min(to - at, revisionsPerCompaction - uncompacted);
      await times(now, () => calls.transaction(filler));
      at += now;
      uncompacted += now;
      if (uncompacted === revisionsPerCompaction) {
        await calls.compact(at);
        uncompacted = 0;
      }
      onProgress(at);
    }
  };
}

const keepNone = 'use an etcd that is new, or let objects have new versions with --renumber';

async function times(count: number, call: () => Promise<unknown>): Promise<void> {
  let left = count;
  const work = async () => {
    while (left-- > 0) await call();
  };
  await Promise.all(Array.from({ length: Math.min(count, putsInFlight) }, work));
}
