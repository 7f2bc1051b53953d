import { access, constants } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { delay, realClock } from './apimachinery/clock.ts';
import { advertisedAddress, hostsOf, localUrlHost } from './apimachinery/host-addresses.ts';
import { canonicalIP } from './apimachinery/ip.ts';
import { type Log, silentLog } from './apimachinery/log.ts';
import { cryptoRandom } from './apimachinery/random.ts';
import { openSqliteKv } from './kv/sqlite/index.ts';
import type { PkiOptions } from './pki/ensure-pki.ts';
import { makePrivateDirectory } from './pki/files.ts';
import type { ApiServer } from './server.ts';
import { kubernetesServiceIp, type ServerSettings, settingsOf } from './server-options.ts';
import { bindPort } from './transport/https/bind-port.ts';
import type { HttpsListener } from './transport/https/start-https.ts';

/** What the command line decides. What is left out has the default of its flag. */
export interface StartOptions extends Partial<ServerSettings> {
  /** Directory of the store, the certificates and the kubeconfig. Created when missing. */
  readonly dataDir: string;
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
  readonly clientCaFile?: string;
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

export const defaultBindAddress = '127.0.0.1';
export const defaultSecurePort = 6443;
const defaultShutdownGraceMs = 10_000;

/** Everything that is loaded, or made, while another thread opens the store. */
async function loadParts(pkiDir: string, pkiOptions: PkiOptions) {
  const [pki, { createApiServer }, { startHttps }, { writeKubeconfig }] = await Promise.all([
    import('./pki/ensure-pki.ts').then(({ preparePki }) => preparePki(pkiDir, pkiOptions)),
    import('./server.ts'),
    import('./transport/https/start-https.ts'),
    import('./pki/kubeconfig.ts'),
  ]);
  return { pki, createApiServer, startHttps, writeKubeconfig };
}

/** Whether settings could name what does not exist. Only then is it worth while to load everything before the rest. */
const namesThings = (settings: ServerSettings): boolean =>
  Object.keys(settings.runtimeConfig).length > 0 ||
  settings.enableAdmissionPlugins.length > 0 ||
  settings.disableAdmissionPlugins.length > 0;

/**
 * Starts a durable server. What can fail without leaving a trace comes first: the settings, the port, the lock of the
 * directory, the version of the store; only then are files made. Throws an Error to be shown to the operator.
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const { dataDir, bindAddress = defaultBindAddress, log = silentLog } = options;
  const settings = settingsOf(options);
  if (namesThings(settings)) (await import('./server.ts')).checkSettings(settings);
  const serviceIp = kubernetesServiceIp(settings);
  const advertiseAddress = checkAddress(options.advertiseAddress ?? advertisedAddress(bindAddress));
  const bound = await bind(bindAddress, options.securePort ?? defaultSecurePort);
  const undo: (() => Promise<unknown> | unknown)[] = [
    () => bound.stopAccepting(),
    () => {
      for (const socket of bound.sockets) socket.destroy();
    },
  ];
  try {
    if (options.certDir !== undefined) await prepareDirectory('certificate', options.certDir);
    await prepareDirectory('data', dataDir);
    const opening = openSqliteKv({ path: join(dataDir, 'store.db'), clock: realClock }).then((kv) => {
      undo.push(() => kv.close());
      return kv;
    });
    const loading = loadParts(options.certDir ?? join(dataDir, 'pki'), {
      ...options,
      clock: realClock,
      random: cryptoRandom,
      // Not a guessed address: a new certificate each time a laptop changes networks would serve nobody.
      hosts: [serviceIp, ...hostsOf(bindAddress), ...given(options.advertiseAddress)],
    });
    const [kv, { pki, ...parts }] = await settled(opening, loading);
    const fresh = kv.revision() <= 1;
    const api = await parts.createApiServer({ ...settings, log, kv, clock: realClock, random: cryptoRandom });
    undo.push(() => api.close());
    const url = `https://${localUrlHost(bindAddress)}:${bound.port}`;
    const kubeconfigPath = join(dataDir, 'kubeconfig');
    await pki.save();
    await parts.writeKubeconfig(kubeconfigPath, { server: url, ca: pki.servingCa, ...pki.admin });
    await api.bootstrap({
      advertiseAddress,
      securePort: bound.port,
      hostname: hostname(),
      clientCa: pki.clientCa.join(''),
      keepsIdentity: true,
    });
    const listener = await parts.startHttps({
      handler: api.handle,
      tls: { ...pki.serving, clientCa: pki.clientCa },
      clock: realClock,
      log,
      bound,
      maxConcurrentStreams: options.maxStreamsPerConnection,
    });
    const close = stopper(api, listener, () => kv.close(), options);
    return { address: bound.address, port: bound.port, url, kubeconfigPath, fresh, close };
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
}

/** Waits for both even when one fails, so that nothing is left running; then the first failure counts. */
async function settled<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return Promise.all([first, second]);
}

function stopper(
  api: ApiServer,
  listener: HttpsListener,
  closeStore: () => Promise<void>,
  { shutdownDelayMs = 0, shutdownGraceMs = defaultShutdownGraceMs }: StartOptions,
): () => Promise<void> {
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    api.refuseReadiness();
    if (shutdownDelayMs > 0) await delay(realClock, shutdownDelayMs);
    api.beginStop();
    await listener.close(shutdownGraceMs);
    await api.close();
    await closeStore();
  };
  return () => (stopped ??= stop());
}

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

async function bind(address: string, port: number) {
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
