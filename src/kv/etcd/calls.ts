import type { LeaseId, Revision } from '../types.ts';
import {
  type RangeAnswer,
  readNothing,
  readRange,
  readTransaction,
  readVersion,
  readWatch,
  type TransactionAnswer,
} from './answers.ts';
import type { EtcdClient, Stream } from './client.ts';
import { isCompacted } from './errors.ts';
import type { KeySpace } from './keys.ts';
import {
  compactRequest,
  grantRequest,
  type RangeRequest,
  rangeRequest,
  revokeRequest,
  statusRequest,
  watchRequest,
} from './requests.ts';
import type { Message } from './wire.ts';

/** The calls of etcd's API that this store makes. All reject with CallError. */
export interface Calls {
  range(request: RangeRequest): Promise<RangeAnswer>;
  transaction(request: Message): Promise<TransactionAnswer>;
  compact(revision: Revision): Promise<void>;
  grant(lease: LeaseId, ttlSeconds: number): Promise<void>;
  /** Gives the revision after it. */
  revoke(lease: LeaseId): Promise<Revision>;
  version(): Promise<string>;
  /** The newest revision of all, whoever made it. */
  newestRevision(): Promise<Revision>;
  /** The revision that was compacted last; 0 when none was. */
  compactedRevision(): Promise<Revision>;
}

export function createCalls(client: EtcdClient, keys: KeySpace): Calls {
  const range = (request: RangeRequest) =>
    client.call('/etcdserverpb.KV/Range', rangeRequest(request), readRange, true);

  /** etcd tells its floor to a watch that begins below it, and to nobody else. */
  const floorOfWatch = (): Promise<Revision> =>
    new Promise((resolve, reject) => {
      const stream: Stream = client.stream('/etcdserverpb.Watch/Watch', watchRequest(keys.first, '', 1), {
        onAnswer(bytes) {
          const { compactRevision } = readWatch(bytes);
          if (compactRevision === 0) return;
          stream.cancel();
          resolve(compactRevision);
        },
        onEnd: reject,
      });
    });

  return {
    range,
    transaction: (request) => client.call('/etcdserverpb.KV/Txn', request, readTransaction, false),
    compact: (revision) =>
      client.call('/etcdserverpb.KV/Compact', compactRequest(revision), readNothing, true),
    grant: (lease, ttlSeconds) =>
      client.call('/etcdserverpb.Lease/LeaseGrant', grantRequest(lease, ttlSeconds), readNothing, false),
    revoke: (lease) =>
      client.call(
        '/etcdserverpb.Lease/LeaseRevoke',
        revokeRequest(lease),
        (bytes) => readRange(bytes).revision,
        false,
      ),
    version: () => client.call('/etcdserverpb.Maintenance/Status', statusRequest, readVersion, true),
    newestRevision: async () => (await range({ key: keys.first, countOnly: true })).revision,
    async compactedRevision() {
      try {
        await range({ key: keys.first, revision: 1, countOnly: true });
        return 0;
      } catch (error) {
        if (!isCompacted(error)) throw error;
        return floorOfWatch();
      }
    },
  };
}
