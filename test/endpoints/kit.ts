import { type VirtualClock, virtualClock } from '../../src/apimachinery/clock.ts';
import { silentLog } from '../../src/apimachinery/log.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { createMemoryKv, type MemoryKv } from '../../src/kv/memory/index.ts';
import type { Kv } from '../../src/kv/types.ts';
import { createApiServer } from '../../src/server.ts';
import { defaultSettings } from '../../src/server-options.ts';
import { type Cluster, createCluster } from '../../src/testing/cluster.ts';
import { createFetch } from '../../src/transport/in-process/fetch.ts';
import { type Api, apiOver } from '../helpers/api.ts';

export interface Bench {
  readonly cluster: Cluster;
  readonly clock: VirtualClock;
  readonly api: Api;
}

/** A cluster whose time stands still. */
export async function bench(seed = 1): Promise<Bench> {
  const clock = virtualClock();
  const cluster = await createCluster({ clock, random: seededRandom(seed) });
  return { cluster, clock, api: apiOver(cluster.fetch) };
}

export interface Replica {
  readonly api: Api;
  readonly clock: VirtualClock;
  close(): Promise<void>;
}

/** A server on a given store: one that knows nothing of the past but what the store still has. */
export async function replicaOn(kv: Kv): Promise<Replica> {
  const clock = virtualClock();
  const server = await createApiServer({
    kv,
    clock,
    random: seededRandom(2),
    log: silentLog,
    ...defaultSettings,
    compaction: { window: { kind: 'revisions', count: 0 }, intervalMs: 0 },
  });
  await server.bootstrap({
    advertiseAddress: '192.0.2.1',
    securePort: 6443,
    hostname: 'test',
    keepsIdentity: false,
  });
  return { api: apiOver(createFetch(server.handle)), clock, close: async () => server.close() };
}

export const memoryKv = (): MemoryKv => createMemoryKv({ clock: virtualClock() });

/** Lets everything that is ready to run do so. */
export const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
