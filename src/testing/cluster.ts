import type { KubeConfig } from '@kubernetes/client-node';
import { type Clock, realClock } from '../apimachinery/clock.ts';
import type { ContainerImages } from '../apimachinery/container-image.ts';
import { documentationAddress } from '../apimachinery/host-addresses.ts';
import { type Log, silentLog } from '../apimachinery/log.ts';
import { cryptoRandom, type Random } from '../apimachinery/random.ts';
import type { Handler } from '../endpoints/exchange.ts';
import { createMemoryKv } from '../kv/memory/index.ts';
import { passingAuthority } from '../pki/authority.ts';
import type { Issuer } from '../pki/certificate.ts';
import { newPrivateKey } from '../pki/pem.ts';
import { type ApiServer, checkSettings, createApiServer } from '../server.ts';
import { type GivenSettings, settingsOf } from '../server-options.ts';
import { createFetch } from '../transport/in-process/fetch.ts';
import { inProcessKubeConfig } from '../transport/in-process/kube-config.ts';
import { type LocalListener, listenLocally } from './listen.ts';
import { type Idleness, timeOf } from './time.ts';

/** Everything has a default; beside these, whatever the flags of the command decide. Controllers run only when named, nodes are simulated only with `nodes`. */
export interface ClusterOptions extends GivenSettings {
  /** Time. A virtual clock makes the cluster stand still until it is moved; sockets always live in real time. Default: real. */
  readonly clock?: Clock;
  /** Chance. A seeded one makes names and uids repeat. Default: the system's. */
  readonly random?: Random;
  /**
   * Functions that run the containers of simulated nodes, by the name of their image; every other container goes as declared. Needs
   * `nodes`.
   */
  readonly images?: ContainerImages;
  /** Default: silent. */
  readonly log?: Log;
}

/** A whole API server in this process, in memory, without a socket until one is asked for. */
export interface Cluster extends AsyncDisposable {
  /** As cluster administrator. URLs may have any host: `https://binnacle/api/v1/namespaces`. */
  readonly fetch: typeof fetch;
  /** Ready for `@kubernetes/client-node`, as cluster administrator, without a socket. */
  kubeConfig(): Promise<KubeConfig>;
  /**
   * Opens a TLS port on loopback, for clients in other processes; port 0, the default, is any free one. Rejects when the port
   * is taken or the cluster closed.
   */
  listen(options?: { readonly port?: number }): Promise<LocalListener>;
  /**
   * Resolves when nothing is left to do at this moment: every controller has seen what was written and has done its work. Never
   * while controllers keep each other busy.
   */
  settled(): Promise<void>;
  /**
   * Moves the virtual clock by `byMs`, letting everything that falls due on the way happen at its time. What only keeps a cluster
   * alive, such as heartbeats, is skipped over stretches of more than a minute in which nothing else is to be done, and then
   * happens once. Rejects when the cluster has another clock.
   */
  advance(byMs: number): Promise<void>;
  /**
   * Moves the virtual clock from one piece of work to the next until none is left, or until `withinMs` (an hour by default) have
   * passed. Rejects when the cluster has another clock.
   */
  runUntilIdle(options?: { readonly withinMs?: number }): Promise<Idleness>;
  /** Ends watches and connections and forgets everything. Idempotent; what is asked afterwards fails. */
  close(): Promise<void>;
}

/** What the objects of a fresh cluster say where a listening server would name its own address. */
const surroundings = {
  advertiseAddress: documentationAddress,
  securePort: 6443,
  hostname: 'binnacle',
  keepsIdentity: false,
} as const;

const isClosed = () => new Error('the cluster is closed');

/** Throws an Error for settings that name what does not exist. Two clusters share nothing. */
export async function createCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { clock = realClock, random = cryptoRandom, log = silentLog } = options;
  // None unless asked for: in a test nobody but the test writes.
  const settings = settingsOf({ controllers: [], runNodes: (options.nodes ?? 0) > 0, ...options });
  await checkSettings(settings);
  const kv = createMemoryKv({ clock });
  let serviceAccountKey: Promise<string> | undefined;
  let authority: Promise<Required<Issuer>> | undefined;
  const makeAuthority = async () => {
    const { cert, issuer } = await passingAuthority({ clock, random });
    api.clientCertificates.trust(cert);
    return issuer;
  };
  const api: ApiServer = await createApiServer({
    ...settings,
    kv,
    clock,
    random,
    log,
    authority: () => (authority ??= makeAuthority()),
    ...(options.images ? { images: options.images } : {}),
    serviceAccountKey: () => (serviceAccountKey ??= newPrivateKey().then(({ pem }) => pem)),
  });
  await api.bootstrap(surroundings);

  const listeners: Promise<LocalListener>[] = [];
  let closed: Promise<void> | undefined;
  const closeListener = async (opening: Promise<LocalListener>) => {
    const listener = await opening.catch(() => undefined);
    await listener?.close();
  };
  const shutDown = async () => {
    api.beginStop();
    await Promise.all(listeners.map(closeListener));
    await api.close();
    await kv.close();
  };
  const close = () => (closed ??= shutDown());
  const handle: Handler = (exchange) => (closed ? Promise.reject(isClosed()) : api.handle(exchange));
  return {
    fetch: createFetch(handle),
    kubeConfig: () => inProcessKubeConfig(handle),
    async listen({ port = 0 } = {}) {
      if (closed) throw isClosed();
      // Answers what came in before the listener stopped accepting.
      const listener = listenLocally(api, clock, port, log);
      listeners.push(listener);
      return listener;
    },
    ...timeOf(clock, api),
    close,
    [Symbol.asyncDispose]: close,
  };
}
