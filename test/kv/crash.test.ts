import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { delay, realClock } from '../../src/apimachinery/clock.ts';
import { type Random, seededRandom } from '../../src/apimachinery/random.ts';
import { openSqliteKv } from '../../src/kv/sqlite/index.ts';
import type { Kv, KvEvent, Revision } from '../../src/kv/types.ts';
import { type Ack, acksName, assertWhole, maxToldWrites, parseAcks, storeName } from './crash-format.ts';
import { recorder } from './rules/kit.ts';

/** Each lane has a store of its own that lives through all of its kills. */
const lanes = [
  { name: 'with its whole history', seed: 11, mode: 'keep', kills: 100 },
  { name: 'compacted under way', seed: 12, mode: 'compact', kills: 100 },
];
/** The whole store is checked after so many kills: nothing that is lost comes back later. */
const killsPerCheck = 20;
const killsDuringStart = 20;
/** Several times what a commit takes, and what opening takes, on a machine with nothing else to do. */
const maxMsIntoCommit = 10;
const maxMsIntoOpening = 80;
/** Most KiB that a file may have on the disk that is full. */
const fullAtKiB = 12_288;

const repository = fileURLToPath(new URL('../..', import.meta.url));
const workDirectory = mkdtempSync(join(tmpdir(), 'kv-crash-'));

/** A copy of the store and the writer without types: starting it, which is most of this test, is three times as fast. */
function stripTypes(): string {
  const target = join(workDirectory, 'stripped');
  const folders = ['src/apimachinery', 'src/kv', 'test/kv'];
  const files = folders.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: repository }));
  for (const file of files) {
    const path = join(target, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(path), { recursive: true });
    const code = stripTypeScriptTypes(readFileSync(join(repository, file), 'utf8'));
    writeFileSync(path, code.replaceAll(/(?<=['"]\.{1,2}\/[^'"]*)\.ts(?=['"])/g, '.js'));
  }
  writeFileSync(join(target, 'package.json'), '{"type": "module"}');
  return join(target, 'test/kv/crash-child.js');
}

const childPath = stripTypes();
const children = new Set<ChildProcess>();

after(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(workDirectory, { recursive: true });
});

function startChild(directory: string, seed: number, mode: string) {
  const child = spawn(process.execPath, [childPath, directory, String(seed), mode], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: join(workDirectory, 'compile-cache') },
  });
  children.add(child);
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const ended = once(child, 'close').then(() => void children.delete(child));
  let said = '';
  const heard = new EventEmitter();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    heard.emit('more');
  });
  /** Resolves when it has said so much: one letter that it opens the store, and one for each write. */
  const saying = async (letters: number) => {
    while (said.length < letters) {
      assert.equal(child.exitCode ?? child.signalCode, null, `the writer ended by itself: ${errors}`);
      await Promise.race([once(heard, 'more'), ended]);
    }
  };
  return { child, ended, saying, errors: () => errors };
}

/** Starts a writer and kills it at a random moment after some acknowledged writes, however long these take. */
async function killWriter(directory: string, random: Random, mode: string): Promise<void> {
  const { child, ended, saying, errors } = startChild(directory, random.int(2 ** 31), mode);
  await saying(2 + random.int(maxToldWrites));
  await delay(realClock, random.int(maxMsIntoCommit));
  child.kill('SIGKILL');
  await ended;
  assert.equal(child.signalCode, 'SIGKILL', errors());
}

const acksOf = (directory: string): Ack[] => {
  const path = join(directory, acksName);
  return existsSync(path) ? parseAcks(readFileSync(path, 'utf8')) : [];
};

async function historyOf(kv: Kv): Promise<readonly KvEvent[]> {
  const sink = recorder();
  const watch = kv.watch(kv.compactRevision(), sink, { previous: true });
  await sink.reached(kv.revision());
  watch.stop();
  return sink.events;
}

/** The history is one chain: each event follows on what its key was, from the first readable state to the newest. */
async function checkHistory(kv: Kv, events: readonly KvEvent[]): Promise<void> {
  const floor = kv.compactRevision();
  // At the floor itself the state already has the floor's own event.
  const { items } = await kv.list('/t/', { revision: floor });
  const state = new Map(items.map((item) => [item.key, item.modRevision]));
  // Revision 1 is that of the empty store, which no write made.
  let last: Revision = Math.max(floor - 1, 1);
  for (const { type, key, revision, value, previous, createRevision } of events) {
    assert.equal(revision, last + 1, 'every revision is there once, in order');
    last = revision;
    if (revision > floor) assert.equal(previous?.modRevision, state.get(key), `what was before ${revision}`);
    if (type === 'delete') state.delete(key);
    else {
      state.set(key, revision);
      assertWhole(key, previous?.modRevision ?? 0, value);
      if (!previous) assert.equal(createRevision, revision);
    }
  }
  assert.equal(last, kv.revision());
  const now = (await kv.list('/t/')).items.map((item) => [item.key, item.modRevision]);
  assert.deepEqual(now, [...state].sort());
}

/** Every acknowledged write is in the history, or below the floor and then overwritten or still there. */
async function checkAcks(kv: Kv, events: readonly KvEvent[], acks: readonly Ack[]): Promise<void> {
  const floor = kv.compactRevision();
  const byRevision = new Map(events.map((event) => [event.revision, event]));
  const newestBelowFloor = new Map<string, Ack>();
  for (const ack of acks) {
    if (ack.type === 'floor') assert.ok(floor >= ack.revision, 'an acknowledged compaction stays');
    else if (ack.revision >= floor) {
      const event = byRevision.get(ack.revision);
      assert.deepEqual(
        [event?.type, event?.key],
        [ack.type, ack.key],
        `acknowledged revision ${ack.revision}`,
      );
    } else {
      newestBelowFloor.set(ack.key, ack);
    }
  }
  const { items } = await kv.list('/t/', { revision: floor });
  const atFloor = new Map(items.map((item) => [item.key, item.modRevision]));
  for (const { type, key, revision } of newestBelowFloor.values()) {
    const there = atFloor.get(key) ?? Number.POSITIVE_INFINITY;
    // A write nobody was told of may have come after it.
    if (type === 'put') assert.ok(there >= revision, `${key} of ${revision} went back to ${there}`);
    else assert.ok(there > revision, `${key} was deleted at ${revision}`);
  }
}

async function checkStore(directory: string): Promise<number> {
  const kv = await openSqliteKv({ path: join(directory, storeName), clock: realClock });
  try {
    const acks = acksOf(directory);
    const events = await historyOf(kv);
    await checkHistory(kv, events);
    await checkAcks(kv, events, acks);
    return acks.length;
  } finally {
    await kv.close();
  }
}

test('a disk that refuses to take more loses no acknowledged write', async () => {
  const directory = join(workDirectory, 'full');
  mkdirSync(directory);
  // A limit on the size of files: writes behind it fail like on a broken or full disk.
  const command = `ulimit -f ${fullAtKiB} && exec "$0" "$@"`;
  const child = spawn('bash', ['-c', command, process.execPath, childPath, directory, '14', 'keep'], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const [code] = await once(child, 'close');
  assert.equal(code, 1);
  assert.match(errors, /StoreUnavailableError: the store cannot write/);
  assert.ok((await checkStore(directory)) > 100);
});

describe('a store that is killed', { concurrency: true }, () => {
  for (const { name, seed, mode, kills } of lanes)
    test(`${name}: ${kills} kills under load lose no acknowledged write (seed ${seed})`, async () => {
      const random = seededRandom(seed);
      const directory = join(workDirectory, mode);
      mkdirSync(directory);
      let acknowledged = 0;
      for (let kill = 1; kill <= kills; kill++) {
        await killWriter(directory, random, mode);
        if (kill % killsPerCheck === 0) acknowledged = await checkStore(directory);
      }
      assert.ok(acknowledged > 5 * kills, `only ${acknowledged} writes were acknowledged`);
    });

  test(`${killsDuringStart} kills while it is made or opened leave a store that opens (seed 13)`, async () => {
    const random = seededRandom(13);
    for (let kill = 0; kill < killsDuringStart; kill++) {
      const directory = join(workDirectory, `start-${kill >> 1}`);
      mkdirSync(directory, { recursive: true });
      const { child, ended, saying } = startChild(directory, kill, 'keep');
      await saying(1);
      await delay(realClock, random.int(maxMsIntoOpening));
      child.kill('SIGKILL');
      await ended;
      await checkStore(directory);
    }
  });
});
