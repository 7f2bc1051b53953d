import { access, constants, mkdir } from 'node:fs/promises';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { realClock } from './apimachinery/clock.ts';
import { cidrAddress, parseCidr } from './apimachinery/ip.ts';
import { cryptoRandom } from './apimachinery/random.ts';
import { openSqliteKv } from './kv/sqlite/index.ts';
import { ensurePki } from './pki/ensure-pki.ts';
import { writeKubeconfig } from './pki/kubeconfig.ts';
import { type ApiServer, type ApiServerOptions, createApiServer } from './server.ts';
import { bindPort } from './transport/https/bind-port.ts';
import { type HttpsListener, startHttps } from './transport/https/start-https.ts';

/** What the command line decides; everything else of `ApiServerOptions` follows from it. */
export interface StartOptions
  extends Omit<ApiServerOptions, 'kv' | 'clock' | 'random'> {
  /** Directory of the store, the certificates and the kubeconfig. Created when missing. */
  readonly dataDir: string;
  /** Directory of certificates; below `dataDir` when absent. */
  readonly certDir?: string;
  readonly bindAddress: string;
  /** 0: any free port. */
  readonly securePort: number;
  readonly tlsCertFile?: string;
  readonly tlsPrivateKeyFile?: string;
  readonly clientCaFile?: string;
  /** How long requests in flight may take once the server stops. */
  readonly shutdownGraceMs: number;
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

/**
 * Starts a durable server. What can fail without leaving a trace comes first: the port, the lock of the directory, the
 * version of the store; only then are files made. Throws a StartError.
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const { dataDir, bindAddress, log } = options;
  const bound = await bindPort(bindAddress, options.securePort).catch((error: NodeJS.ErrnoException) => {
    throw new StartError(bindFailure(error, bindAddress, options.securePort), { cause: error });
  });
  const undo: (() => Promise<unknown> | unknown)[] = [
    () => bound.stopAccepting(),
    () => bound.sockets.forEach((socket) => socket.destroy()),
  ];
  try {
    await prepareDirectory(dataDir);
    const serviceIp = firstServiceAddress(options.serviceCidrs[0] ?? '');
    const kv = await openSqliteKv({ path: join(dataDir, 'store.db'), clock: realClock });
    undo.push(() => kv.close());
    const fresh = kv.revision() <= 1;
    const [pki, api] = await Promise.all([
      ensurePki(options.certDir ?? join(dataDir, 'pki'), {
        clock: realClock,
        random: cryptoRandom,
        hosts: [serviceIp, bindAddress],
        ...pick(options, 'tlsCertFile', 'tlsPrivateKeyFile', 'clientCaFile'),
      }),
      createApiServer({ ...options, kv, clock: realClock, random: cryptoRandom }),
    ]);
    undo.push(() => api.close());
    const url = `https://${urlHost(bindAddress)}:${bound.port}`;
    const kubeconfigPath = join(dataDir, 'kubeconfig');
    await writeKubeconfig(kubeconfigPath, { server: url, ca: pki.servingCa, ...pki.admin });
    await api.bootstrap({
      serviceIp,
      advertiseAddress: advertised(bindAddress),
      securePort: bound.port,
      hostname: hostname(),
      clientCa: pki.clientCa.join(''),
      keepsIdentity: true,
    });
    const listener = await startHttps({
      handler: api.handle,
      tls: { ...pki.serving, clientCa: pki.clientCa },
      clock: realClock,
      log,
      bound,
    });
    const close = stopper(api, listener, () => kv.close(), options.shutdownGraceMs);
    return { address: bound.address, port: bound.port, url, kubeconfigPath, fresh, close };
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
}

function stopper(
  api: ApiServer,
  listener: HttpsListener,
  closeStore: () => Promise<void>,
  graceMs: number,
): () => Promise<void> {
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    api.beginStop();
    await listener.close(graceMs);
    await api.close();
    await closeStore();
  };
  return () => (stopped ??= stop());
}

async function prepareDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new StartError(`the data directory ${path} cannot be written: ${(error as Error).message}`, { cause: error });
  }
}

function bindFailure({ code, message }: NodeJS.ErrnoException, address: string, port: number): string {
  if (code === 'EADDRINUSE') {
    return `${address}:${port} is in use by another process; choose another port with --secure-port`;
  }
  if (code === 'EACCES') return `binding ${address}:${port} is not permitted; choose a port above 1023`;
  return `cannot listen on ${address}:${port}: ${message}`;
}

/** The address of the `kubernetes` Service. */
export function firstServiceAddress(range: string): string {
  const cidr = parseCidr(range);
  if (!cidr) throw new StartError(`--service-cluster-ip-range: ${JSON.stringify(range)} is not a CIDR`);
  return cidrAddress(cidr, 1n);
}

const wildcards = new Set(['0.0.0.0', '::']);

/** Where a client on this machine finds the server. */
const urlHost = (bindAddress: string): string =>
  wildcards.has(bindAddress) ? '127.0.0.1' : bindAddress.includes(':') ? `[${bindAddress}]` : bindAddress;

/** RFC 5737: stands in Endpoints, which refuse loopback addresses, when the machine has no other. */
const documentationAddress = '192.0.2.1';

/** Where others would find the server: never a loopback address. */
function advertised(bindAddress: string): string {
  if (!wildcards.has(bindAddress) && !/^(127\.|::1$)/.test(bindAddress) && bindAddress !== 'localhost') return bindAddress;
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? documentationAddress;
}

function pick<T, K extends keyof T>(source: T, ...names: K[]): Pick<T, K> {
  const picked = {} as Pick<T, K>;
  for (const name of names) if (source[name] !== undefined) picked[name] = source[name];
  return picked;
}

