/**
 * The process that crash.test.ts kills: opens the store, writes as fast as it can and notes every acknowledged write in
 * a file. Says 'o' before it opens the store and 'w' for every acknowledged write, up to a number. Arguments: directory, seed,
 * 'compact' to compact now and then.
 */
import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { realClock } from '../../src/apimachinery/clock.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { openSqliteKv } from '../../src/kv/sqlite/index.ts';
import type { Revision } from '../../src/kv/types.ts';
import { ackLine, acksName, crashValue, maxToldWrites, storeName } from './crash-format.ts';

const writers = 12;
const keysPerWriter = 8;

// When the test itself is killed, nothing stays behind.
process.stdin.on('end', () => process.exit()).resume();

const [directory = '', seedText = '', mode = ''] = process.argv.slice(2);
const random = seededRandom(Number(seedText));
writeSync(1, 'o');
const kv = await openSqliteKv({ path: join(directory, storeName), clock: realClock });
const acks = openSync(join(directory, acksName), 'a');

const revisions = new Map<string, Revision>();
for (const { key, modRevision } of (await kv.list('/t/')).items) revisions.set(key, modRevision);

/** Mostly small; some fill several pages. */
const lengthOfValue = () => random.int(random.int(16) === 0 ? 60_000 : 1_500);

let told = 0;

/** The write is durable: from here on losing it is an error. */
function acknowledge(type: 'put' | 'delete' | 'floor', key: string, revision: Revision): void {
  writeSync(acks, ackLine({ type, key, revision }));
  if (told++ < maxToldWrites) writeSync(1, 'w');
}

async function writeOnce(key: string): Promise<void> {
  const expected = revisions.get(key) ?? 0;
  const remove = expected !== 0 && random.int(5) === 0;
  const result = await (remove
    ? kv.deleteIf(key, expected)
    : kv.putIf(key, crashValue(key, expected, lengthOfValue()), expected));
  if (!result.ok) throw new Error(`lost ${key}, of which this is the only writer`);
  if (remove) revisions.delete(key);
  else revisions.set(key, result.revision);
  acknowledge(remove ? 'delete' : 'put', key, result.revision);
}

async function compactOnce(): Promise<void> {
  const floor = kv.compactRevision() + random.int(kv.revision() - kv.compactRevision() + 1);
  await kv.compact(floor);
  acknowledge('floor', '', floor);
}

await Promise.all(
  Array.from({ length: writers }, async (_, writer) => {
    for (;;) {
      await writeOnce(`/t/${writer}/${random.int(keysPerWriter)}`);
      if (mode === 'compact' && random.int(150) === 0) await compactOnce();
    }
  }),
);
