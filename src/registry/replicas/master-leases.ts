import { isRecord, type KubeObject } from '../../apimachinery/object.ts';
import type { ServerAddress } from '../../resources/bootstrap/kubernetes-endpoints.ts';
import type { ObjectStore } from '../../storage/object-store.ts';

/** Where the reference server keeps them too. No resource of the API. */
export const masterLeasesPrefix = '/registry/masterleases/';

/** How long a server that no longer says that it is there is believed to be (`DefaultEndpointReconcilerTTL`). */
const leaseSeconds = 15;

/** Which servers there are on a shared store: one Endpoints object for each, under a lease that the server has to renew. */
export interface MasterLeases {
  /** Those that are not known to be gone. */
  list(): readonly ServerAddress[];
  /** Says that a server is there, for the next 15 seconds. */
  renew(server: ServerAddress): Promise<void>;
  remove(server: ServerAddress): Promise<void>;
  /** Calls when a server comes or goes, until the answer is called. */
  follow(onChange: () => void): () => void;
}

export function masterLeases(store: ObjectStore, ownPort: number): MasterLeases {
  const { cache } = store;
  const keyOf = ({ ip }: ServerAddress) => masterLeasesPrefix + ip;
  return {
    list() {
      const servers: ServerAddress[] = [];
      cache.snapshot().objects.forEachFrom(masterLeasesPrefix, (key, entry) => {
        if (!key.startsWith(masterLeasesPrefix)) return false;
        servers.push(...serversIn(entry.view(), ownPort));
        return true;
      });
      return servers;
    },
    async renew(server) {
      const lease = await store.grantLease(leaseSeconds);
      const renewed = (old: KubeObject | undefined) => leaseOf(server, (old?.metadata.generation ?? 0) + 1);
      const put = (old: KubeObject | undefined) => ({ action: 'put', object: renewed(old) }) as const;
      await store.update(keyOf(server), (current) => put(current?.decode()), lease);
    },
    async remove(server) {
      await store.update(keyOf(server), (current) => ({ action: current ? 'delete' : 'keep' }));
    },
    follow(onChange) {
      const subscribed = cache.subscribe(masterLeasesPrefix, cache.revision, ({ type, previous }) => {
        if (type === 'delete' || !previous) onChange();
      });
      return () => subscribed?.stop();
    },
  };
}

/** The generation changes with every renewal, as the reference server's. */
const leaseOf = ({ ip, port }: ServerAddress, generation: number): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Endpoints',
  metadata: { generation },
  subsets: [{ addresses: [{ ip }], ports: [{ port }] }],
});

/** The reference server writes no port there: its servers all have the same. */
function serversIn({ subsets }: KubeObject, ownPort: number): ServerAddress[] {
  const subset: unknown = Array.isArray(subsets) ? subsets[0] : undefined;
  if (!isRecord(subset)) return [];
  const [address, portEntry] = [subset['addresses'], subset['ports']].map((list): unknown =>
    Array.isArray(list) ? list[0] : undefined,
  );
  const ip = isRecord(address) ? address['ip'] : undefined;
  const port = isRecord(portEntry) ? portEntry['port'] : undefined;
  return typeof ip === 'string' ? [{ ip, port: typeof port === 'number' ? port : ownPort }] : [];
}
