import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { realClock } from '../../src/apimachinery/clock.ts';
import { cryptoRandom } from '../../src/apimachinery/random.ts';
import { ensurePki } from '../../src/pki/ensure-pki.ts';
import { type StartedBinnacle, startBinnacle, temporaryDirectory } from '../cli/start-binnacle.ts';
import { type Etcd, startEtcd } from './start-etcd.ts';

const sharedFiles = ['ca.crt', 'ca.key', 'sa.key', 'sa.pub'];

/** Answers the data directories of servers that go together: each has the same authority and key for tokens. */
export const directoriesOfReplicas = async (t: TestContext, count: number): Promise<readonly string[]> =>
  makeReplicaDirectories(await temporaryDirectory(t), count);

/** As `directoriesOfReplicas`, below `root`. */
export async function makeReplicaDirectories(root: string, count: number): Promise<readonly string[]> {
  const first = join(root, 'keys');
  await mkdir(first, { mode: 0o700 });
  await ensurePki(first, { clock: realClock, random: cryptoRandom, hosts: [] });
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const directory = join(root, `replica-${i}`);
      await mkdir(join(directory, 'pki'), { recursive: true, mode: 0o700 });
      for (const name of sharedFiles) await copyFile(join(first, name), join(directory, 'pki', name));
      return directory;
    }),
  );
}

export interface Replicas {
  readonly etcd: Etcd;
  readonly servers: readonly StartedBinnacle[];
}

/** Servers that start at the same moment on one etcd, each with a directory and an address of its own. */
export async function startReplicas(t: TestContext, count: number, ...flags: string[]): Promise<Replicas> {
  const etcd = await startEtcd();
  t.after(() => etcd.remove());
  const directories = await directoriesOfReplicas(t, count);
  const servers = await Promise.all(
    directories.map((directory, i) =>
      startBinnacle(
        t,
        directory,
        `--etcd-servers=${etcd.endpoint}`,
        `--advertise-address=192.0.2.${i + 1}`,
        ...flags,
      ),
    ),
  );
  return { etcd, servers };
}
