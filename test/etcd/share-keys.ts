import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { realClock } from '../../src/apimachinery/clock.ts';
import { cryptoRandom } from '../../src/apimachinery/random.ts';
import { ensurePki } from '../../src/pki/ensure-pki.ts';
import { temporaryDirectory } from '../cli/start-binnacle.ts';

const sharedFiles = ['ca.crt', 'ca.key', 'sa.key', 'sa.pub'];

/** Answers the data directories of servers that go together: each has the same authority and key for tokens. */
export async function directoriesOfReplicas(t: TestContext, count: number): Promise<readonly string[]> {
  const root = await temporaryDirectory(t);
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
