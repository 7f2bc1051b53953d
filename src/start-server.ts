import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { delay, realClock } from './apimachinery/clock.ts';
import { advertisedAddress, hostsOf, localUrlHost } from './apimachinery/host-addresses.ts';
import { canonicalIP } from './apimachinery/ip.ts';
import { type Log, silentLog } from './apimachinery/log.ts';
import type { EtcdOptions } from './kv/etcd/index.ts';
import { isFresh } from './kv/is-fresh.ts';
import { openSqliteKv } from './kv/sqlite/index.ts';
import type { Kv } from './kv/types.ts';
import { makePrivateDirectory } from './pki/files.ts';
import type { Serving } from './serve-store.ts';
import {
  defaultSettings,
  type GivenSettings,
  kubernetesServiceIp,
  type ServerSettings,
  settingsOf,
} from './server-options.ts';
import { type BoundPort, bindPort } from './transport/https/bind-port.ts';

/** What the command line decides. What is left out has the default of its flag. */
export interface StartOptions extends GivenSettings {
  /** Directory of the store, the certificates and the kubeconfig. Created when missing. */
  readonly dataDir: string;
  /** Stores in etcd instead of in `dataDir`. */
  readonly etcd?: EtcdOptions;
  /** Directory of certificates; below `dataDir` when absent. */
  readonly certDir?: string;
  readonly bindAddress?: string;
  /** 0: any free port. */
  readonly securePort?: number;
  /** Where others find the server: what the endpoints of the `kubernetes` Service say. Guessed when absent. */
  readonly advertiseAddress?: string;
  /** Both or none. */
  readonly tlsCertFile?: string;
  readonly tlsPrivateKeyFile?: string;
  /** Streams that a client may have open on one HTTP/2 connection. */
  readonly maxStreamsPerConnection?: number;
  /** How long requests are still served, while `/readyz` fails already, before the server stops. */
  readonly shutdownDelayMs?: number;
  /** How long requests in flight may take once the server stops. */
  readonly shutdownGraceMs?: number;
  readonly log?: Log;
}

export interface RunningServer {
  readonly address: string;
  readonly port: number;
  /** `https://127.0.0.1:6443`. */
  readonly url: string;
  readonly kubeconfigPath: string;
  /** True when the store was empty before. */
  readonly fresh: boolean;
  /** Stops accepting, ends watches, finishes what is in flight (bounded), closes the store. Idempotent. */
  close(): Promise<void>;
}

/** Something that keeps the server from starting and that its operator can mend; the message is one line. */
export class StartError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StartError';
  }
}

const defaultBindAddress = '127.0.0.1';
const defaultSecurePort = 6443;
const defaultShutdownGraceMs = 10_000;

/**
 * Starts a durable server. What can fail without leaving a trace comes first: the settings, the port, the lock of the
 * directory, the version of the store; only then are files made. Throws an Error to be shown to the operator.
 *
 * This file is small and loads little, so that the thread that opens the store runs as soon as possible; most of the program is
 * loaded beside it.
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const { dataDir, bindAddress = defaultBindAddress, log = silentLog } = options;
  const settings = durable(settingsOf(options));
  const serviceIp = kubernetesServiceIp(settings);
  const advertiseAddress = checkAddress(options.advertiseAddress ?? advertisedAddress(bindAddress));
  if (namesThings(settings)) await (await import('./server.ts')).checkSettings(settings);

  const bound = await bind(bindAddress, options.securePort ?? defaultSecurePort);
  const url = `https://${localUrlHost(bindAddress)}:${bound.port}`;
  const kubeconfigPath = join(dataDir, 'kubeconfig');
  let opening: Promise<Kv> | undefined;
  try {
    if (options.certDir !== undefined) await prepareDirectory('certificate', options.certDir);
    await prepareDirectory('data', dataDir);
    opening = options.etcd
      ? openEtcd(options.etcd)
      : openSqliteKv({ path: join(dataDir, 'store.db'), clock: realClock });
    // A failure is told by `serveStore`, which waits for the store; before that nobody does.
    opening.catch(() => {});
    const fresh = opening.then(isFresh);
    fresh.catch(() => {});
    const { serveStore } = await import('./serve-store.ts');
    const serving = await serveStore(opening, {
      settings,
      bound,
      url,
      advertiseAddress,
      kubeconfigPath,
      pkiDir: options.certDir ?? join(dataDir, 'pki'),
      // Not a guessed address: a new certificate each time a laptop changes networks would serve nobody.
      pki: { ...options, hosts: [serviceIp, ...hostsOf(bindAddress), ...given(options.advertiseAddress)] },
      maxConcurrentStreams: options.maxStreamsPerConnection,
      log,
    });
    const close = stopper(serving, await opening, options);
    return { address: bound.address, port: bound.port, url, kubeconfigPath, fresh: await fresh, close };
  } catch (error) {
    await release(bound, opening);
    throw error;
  }
}

/** Loaded only when it is asked for: the library behind it is not small. */
const openEtcd = async (options: EtcdOptions): Promise<Kv> =>
  (await import('./kv/etcd/index.ts')).openEtcd(options);

const durable = (settings: ServerSettings): ServerSettings => ({
  ...settings,
  compaction: { ...settings.compaction, outlivesServer: true },
});

async function release(bound: BoundPort, opening: Promise<Kv> | undefined): Promise<void> {
  bound.stopAccepting();
  for (const socket of bound.sockets) socket.destroy();
  const kv = await opening?.catch(() => undefined);
  await kv?.close();
}

function stopper(
  { api, listener }: Serving,
  kv: Kv,
  { shutdownDelayMs = 0, shutdownGraceMs = defaultShutdownGraceMs }: StartOptions,
): () => Promise<void> {
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    api.refuseReadiness();
    if (shutdownDelayMs > 0) await delay(realClock, shutdownDelayMs);
    api.beginStop();
    await listener.close(shutdownGraceMs);
    await api.close();
    await kv.close();
  };
  return () => (stopped ??= stop());
}

/** Settings that may name what does not exist: plugins, files, API versions. */
const naming = [
  'controllers',
  'runtimeConfig',
  'corsAllowedOrigins',
  'admission',
  'flowControl',
  'nodeCapacity',
  'authentication',
  'authorization',
  'audit',
  'encryption',
] as const satisfies readonly (keyof ServerSettings)[];

/** Whether settings name anything that is not there by default. Only then is everything loaded before the port is taken. */
const namesThings = (settings: ServerSettings): boolean =>
  naming.some((name) => JSON.stringify(settings[name]) !== JSON.stringify(defaultSettings[name]));

const given = (address: string | undefined) => (address === undefined ? [] : [address]);

function checkAddress(text: string): string {
  const address = canonicalIP(text);
  if (address === undefined) {
    throw new StartError(`--advertise-address: ${JSON.stringify(text)} is not an IP address`);
  }
  return address;
}

async function prepareDirectory(what: string, path: string): Promise<void> {
  try {
    await makePrivateDirectory(path);
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new StartError(`the ${what} directory ${path} cannot be written: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

async function bind(address: string, port: number): Promise<BoundPort> {
  try {
    return await bindPort(address, port);
  } catch (error) {
    throw new StartError(bindFailure(error as NodeJS.ErrnoException, address, port), { cause: error });
  }
}

function bindFailure({ code, message }: NodeJS.ErrnoException, address: string, port: number): string {
  if (code === 'EADDRINUSE') {
    return `${address}:${port} is in use by another process; choose another port with --secure-port`;
  }
  if (code === 'EACCES') return `binding ${address}:${port} is not permitted; choose a port above 1023`;
  return `cannot listen on ${address}:${port}: ${message}`;
}
