import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, realClock } from '../apimachinery/clock.ts';
import type { Log } from '../apimachinery/log.ts';
import { cryptoRandom } from '../apimachinery/random.ts';
import { ensurePki } from '../pki/ensure-pki.ts';
import { writeKubeconfig } from '../pki/kubeconfig.ts';
import type { ApiServer } from '../server.ts';
import { bindPort } from '../transport/https/bind-port.ts';
import { startHttps } from '../transport/https/start-https.ts';

/** A cluster's socket, with the credentials of its administrator. */
export interface LocalListener {
  readonly url: string;
  readonly port: number;
  /** A kubeconfig file for kubectl and other processes; removed on close. */
  readonly kubeconfigPath: string;
  /** Idempotent. */
  close(): Promise<void>;
}

/** How long requests in flight may take when a test cluster closes. */
const graceMs = 1_000;
const address = '127.0.0.1';

/**
 * Sockets and the server's certificate live in real time, whatever clock the cluster has: the other side waits at the one and
 * checks the other. Certificates of clients live in the cluster's time, which judges them. None of them draws from the
 * cluster's chance, which would change what comes after.
 */
export async function listenLocally(
  api: ApiServer,
  clock: Clock,
  port: number,
  log: Log,
): Promise<LocalListener> {
  const bound = await bindPort(address, port);
  const url = `https://${address}:${bound.port}`;
  const directory = await mkdtemp(join(tmpdir(), 'binnacle-'));
  const kubeconfigPath = join(directory, 'kubeconfig');
  const make = (of: string, time: Clock) =>
    ensurePki(join(directory, of), { clock: time, random: cryptoRandom, hosts: [] });
  const pki = await make('server', realClock);
  const { admin, clientCa } = clock === realClock ? pki : await make('clients', clock);
  await writeKubeconfig(kubeconfigPath, { server: url, ca: pki.servingCa, ...admin });
  api.clientCertificates.trust(clientCa);
  const listener = await startHttps({
    handler: api.handle,
    tls: pki.serving,
    clientAuthorities: api.clientCertificates.authorities(),
    clock: realClock,
    log,
    bound,
  });
  api.clientCertificates.onChange((authorities) => listener.askForCertificatesOf(authorities));
  return {
    url,
    port: bound.port,
    kubeconfigPath,
    async close() {
      await listener.close(graceMs);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
