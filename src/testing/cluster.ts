import type { KubeConfig } from '@kubernetes/client-node';
import { type Clock, realClock } from '../apimachinery/clock.ts';
import { type Log, silentLog } from '../apimachinery/log.ts';
import { cryptoRandom, type Random } from '../apimachinery/random.ts';
import { createMemoryKv, type MemoryKv } from '../kv/memory/index.ts';
import type { RuntimeConfig } from '../registry/catalog.ts';
import { createApiServer } from '../server.ts';
import { createFetch } from '../transport/in-process/fetch.ts';
import { inProcessKubeConfig } from '../transport/in-process/kube-config.ts';
import { listenLocally, type LocalListener } from './listen.ts';

export interface ClusterOptions {
  /** Time; a virtual clock makes the cluster stand still until it is moved. */
  readonly clock?: Clock;
  /** Chance; a seeded one makes names and uids repeat. */
  readonly random?: Random;
  readonly log?: Log;
  /** `--runtime-config`. */
  readonly runtimeConfig?: RuntimeConfig;
  /** One range, or one of each family. Default 10.0.0.0/24. */
  readonly serviceCidrs?: readonly string[];
}

/** A whole API server in this process, in memory, without a socket until one is asked for. */
export interface Cluster extends AsyncDisposable {
  /** As cluster administrator. URLs may have any host: `https://binnacle/api/v1/namespaces`. */
  readonly fetch: typeof fetch;
  /** Ready for `@kubernetes/client-node`, as cluster administrator, without a socket. */
  kubeConfig(): Promise<KubeConfig>;
  /** Opens a TLS port on loopback, for clients in other processes. */
  listen(options?: { readonly port?: number }): Promise<LocalListener>;
  /** Ends watches and connections. Idempotent. */
  close(): Promise<void>;
}

const serviceCidr = '10.0.0.0/24';
const firstServiceIp = '10.0.0.1';

export async function createCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const clock = options.clock ?? realClock;
  const kv: MemoryKv = createMemoryKv({ clock });
  const random = options.random ?? cryptoRandom;
  const log = options.log ?? silentLog;
  const api = await createApiServer({
    kv,
    clock,
    random,
    log,
    layout: 'binnacle',
    runtimeConfig: options.runtimeConfig ?? {},
    anonymousAuth: true,
    serviceCidrs: options.serviceCidrs ?? [serviceCidr],
    nodePortRange: { from: 30_000, to: 32_767 },
    eventTtlSeconds: 3_600,
    minRequestTimeoutSeconds: 1_800,
    historySeconds: 300,
    enableAdmissionPlugins: [],
    disableAdmissionPlugins: [],
  });
  await api.bootstrap({ serviceIp: firstServiceIp, advertiseAddress: '192.0.2.1', securePort: 6443, hostname: 'binnacle', keepsIdentity: false });

  const listeners: LocalListener[] = [];
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= shutDown());
  const shutDown = async () => {
    api.beginStop();
    await Promise.all(listeners.map((listener) => listener.close()));
    await api.close();
    await kv.close();
  };
  return {
    fetch: createFetch(api.handle),
    kubeConfig: () => inProcessKubeConfig(api.handle),
    async listen({ port = 0 } = {}) {
      const listener = await listenLocally(api.handle, { port, clock, random, log });
      listeners.push(listener);
      return listener;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
