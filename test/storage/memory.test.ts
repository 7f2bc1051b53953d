import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { virtualClock } from '../../src/apimachinery/clock.ts';
import { openSqliteKv } from '../../src/kv/sqlite/index.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { openStorage, podKey, podPrefix } from './kit.ts';

const objects = 4_000;
/** With the rest of the object about what a small pod has. */
const phase = 'x'.repeat(2_000);
/** What the benchmark holds a whole server to with 100,000 pods. */
const mostPerByte = 1.6;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What this thread holds on to, in bytes: a count of what is reachable, not of what the system has been asked for. */
async function heldBytes(): Promise<number> {
  // Twice, with a turn in between: buffers are given back after the collection that found them.
  for (let round = 0; round < 2; round++) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    collectGarbage();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

test('S30 what is cached takes little more than the bytes of its objects', async () => {
  await using directory = await temporaryDirectory();
  const options = { path: join(directory.path, 'store.db'), clock: virtualClock() };
  let kv = await openSqliteKv(options);
  try {
    const before = await heldBytes();
    const written = await openStorage(kv);
    for (let i = 0; i < objects; i += 100)
      await Promise.all(
        Array.from({ length: 100 }, (_, j) => written.put(podKey(`pod-${i + j}`), { phase })),
      );
    const afterWrites = (await heldBytes()) - before;
    let stored = 0;
    written.cache.snapshot().objects.forEachFrom(podPrefix, (_, { bytes }) => {
      stored += bytes.length;
      // A view would keep the whole buffer alive, and a share of Node's pool its neighbours.
      assert.equal(bytes.buffer.byteLength, bytes.length);
    });
    written.cache.stop();
    await kv.close();

    kv = await openSqliteKv(options);
    const again = await heldBytes();
    const loaded = await openStorage(kv);
    const afterLoad = (await heldBytes()) - again;
    assert.equal(loaded.cache.snapshot().objects.size, objects);
    // The first one is there all the while.
    assert.equal(written.cache.snapshot().objects.size, objects);
    for (const [held, when] of [
      [afterWrites, 'when it was written'],
      [afterLoad, 'when it was read'],
    ] as const) {
      const perByte = held / stored;
      assert.ok(perByte > 0.9 && perByte < mostPerByte, `${perByte.toFixed(2)} bytes per byte ${when}`);
    }
  } finally {
    await kv.close();
  }
});
