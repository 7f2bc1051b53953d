import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../apimachinery/clock.ts';
import type { Log } from '../apimachinery/log.ts';
import type { Random } from '../apimachinery/random.ts';
import type { Handler } from '../endpoints/exchange.ts';
import { ensurePki } from '../pki/ensure-pki.ts';
import { writeKubeconfig } from '../pki/kubeconfig.ts';
import { startHttps } from '../transport/https/start-https.ts';

/** A cluster's socket, with the credentials of its administrator. */
export interface LocalListener {
  readonly url: string;
  readonly port: number;
  /** A kubeconfig file for kubectl and other processes; removed on close. */
  readonly kubeconfigPath: string;
  close(): Promise<void>;
}

/** How long requests in flight may take when a test cluster closes. */
const graceMs = 1_000;

export async function listenLocally(
  handler: Handler,
  { port, clock, random, log }: { port: number; clock: Clock; random: Random; log: Log },
): Promise<LocalListener> {
  const directory = await mkdtemp(join(tmpdir(), 'binnacle-'));
  const pki = await ensurePki(directory, { clock, random, hosts: [] });
  const listener = await startHttps({
    handler,
    tls: { ...pki.serving, clientCa: pki.clientCa },
    clock,
    log,
    bindAddress: '127.0.0.1',
    port,
  });
  const url = `https://127.0.0.1:${listener.port}`;
  const kubeconfigPath = join(directory, 'kubeconfig');
  await writeKubeconfig(kubeconfigPath, { server: url, ca: pki.servingCa, ...pki.admin });
  return {
    url,
    port: listener.port,
    kubeconfigPath,
    async close() {
      await listener.close(graceMs);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
