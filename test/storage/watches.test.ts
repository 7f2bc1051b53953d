import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { virtualClock } from '../../src/apimachinery/clock.ts';
import { openSqliteKv } from '../../src/kv/sqlite/index.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { drain, itemText, memoryKv, openStorage, openWatch, podKey, podPrefix, select } from './kit.ts';

/** Node only offers it when it is asked to. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

const small = { maxWindowEvents: 8, maxWindowBytes: 1e9 };
const key = podKey('x');
const tooOld = { code: 410, reason: 'Expired', message: /^too old resource version: / };

test('S18 objects enter and leave a selection', async () => {
  const storage = await openStorage();
  const { cache, put, remove } = storage;
  const watch = await openWatch(storage, { selection: select('app=x'), after: cache.revision });
  const app = (name: string, v: number) => put(key, { labels: { app: name }, v });
  await app('y', 1);
  await app('x', 2);
  await app('x', 3);
  await app('y', 4);
  await app('x', 5);
  await remove(key);
  await app('y', 6);
  await remove(key);
  const items = watch.take(100);
  assert.deepEqual(items.map(itemText), [
    'ADDED x@3',
    'MODIFIED x@4',
    'DELETED x@5',
    'ADDED x@6',
    'DELETED x@7',
  ]);
  // Who leaves is shown as it last matched, who is deleted as it last was.
  const shown = items.map((item) => item.type !== 'BOOKMARK' && item.entry.decode()['spec']);
  assert.deepEqual(
    shown,
    [2, 3, 3, 5, 5].map((v) => ({ v })),
  );
});

test('S18 a watch of one key sees that key only', async () => {
  const storage = await openStorage();
  const { put } = storage;
  await put(key);
  await put(podKey('x-0'));
  const watch = await openWatch(storage, { prefix: key });
  await put(podKey('x-0'));
  await put(key);
  assert.deepEqual(drain(watch), ['ADDED x@2', 'MODIFIED x@5']);
});

test('S19 state, mark and changes fit, however slowly they are taken', async () => {
  const storage = await openStorage();
  const { put, remove, cache } = storage;
  for (const name of ['a', 'b', 'c']) await put(podKey(name));
  const { revision } = cache;
  const watch = await openWatch(storage, { markInitialEnd: true });
  const told = watch.take(1).map(itemText);
  await remove(podKey('b'));
  await put(podKey('aa'));
  told.push(...watch.take(1).map(itemText));
  await put(podKey('c'));
  told.push(...drain(watch));
  assert.deepEqual(told, [
    'ADDED a@2',
    'ADDED b@3',
    'ADDED c@4',
    `BOOKMARK initial@${revision}`,
    'DELETED b@5',
    'ADDED aa@6',
    'MODIFIED c@7',
  ]);
});

test('S20 history before the window, also after a restart', async () => {
  await using directory = await temporaryDirectory();
  const options = { path: join(directory.path, 'store.db'), clock: virtualClock() };
  let kv = await openSqliteKv(options);
  try {
    const before = await openStorage(kv, small);
    await before.put(key, { labels: { app: 'x' } });
    await before.put(key, { labels: { app: 'y' } });
    for (let v = 0; v < 20; v++) await before.put(podKey('noise'), { v });
    await before.put(key, { labels: { app: 'x' } });
    await before.remove(key);
    const expected = ['ADDED x@2', 'DELETED x@3', 'ADDED x@24', 'DELETED x@25'];
    const request = { selection: select('app=x'), after: 1 };
    assert.deepEqual(drain(await openWatch(before, request)), expected);
    before.cache.stop();
    await kv.close();
    kv = await openSqliteKv(options);
    const after = await openStorage(kv, small);
    const watch = await openWatch(after, request);
    await after.put(key, { labels: { app: 'x' } });
    assert.deepEqual(drain(watch), [...expected, 'ADDED x@26']);
    const late = await openWatch(after, { ...request, after: 23 });
    assert.deepEqual(drain(late), ['ADDED x@24', 'DELETED x@25', 'ADDED x@26']);
  } finally {
    await kv.close();
  }
});

test('S20 a watch from before the floor, or from too long ago, is refused', async () => {
  const storage = await openStorage(memoryKv(), small);
  const { kv, put, cache } = storage;
  for (let v = 0; v < 40; v++) await put(key, { v });
  await kv.compact(20);
  await assert.rejects(openWatch(storage, { after: 18 }), tooOld);
  assert.deepEqual(drain(await openWatch(storage, { after: 19 }))[0], 'MODIFIED x@20');
  const fewer = { maxQueuedChanges: 100, maxHistoricChanges: cache.windowFloor - 20 };
  await assert.rejects(openWatch(storage, { after: 19 }, fewer), tooOld);
  assert.deepEqual(drain(await openWatch(storage, { after: 20 }, fewer))[0], 'MODIFIED x@21');
  assert.equal(cache.subscriberCount(), 2, 'what was refused leaves nothing behind');
});

test('S21 a revision from the future is waited for in silence', async () => {
  const storage = await openStorage();
  const { put, cache } = storage;
  const watch = await openWatch(storage, { after: cache.revision + 2 });
  for (let v = 0; v < 4; v++) {
    await put(key, { v });
    watch.bookmark(cache.revision);
  }
  assert.deepEqual(drain(watch), ['BOOKMARK@3', 'MODIFIED x@4', 'BOOKMARK@4', 'MODIFIED x@5', 'BOOKMARK@5']);
});

test('S22 bookmarks keep their place', async () => {
  const storage = await openStorage();
  const { put, cache } = storage;
  const watch = await openWatch(storage, { prefix: `${podPrefix}a/`, after: cache.revision });
  await put(key);
  await put(podKey('unseen', 'b'));
  watch.bookmark(cache.revision);
  await put(key, { v: 1 });
  assert.deepEqual(drain(watch), ['ADDED x@2', 'BOOKMARK@3', 'MODIFIED x@4']);
});

test('S22 a watch that still reads history gets no bookmark ahead of it', async () => {
  const storage = await openStorage(memoryKv(), small);
  for (let v = 0; v < 30; v++) await storage.put(key, { v });
  const opening = openWatch(storage, { after: 1 });
  await storage.put(key, { v: 99 });
  const watch = await opening;
  watch.bookmark(storage.cache.revision);
  const told = drain(watch);
  assert.equal(told.length, 32);
  assert.deepEqual(told.slice(-2), ['MODIFIED x@32', 'BOOKMARK@32']);
});

test('S23 a slow reader is cut off and resumes without loss', async () => {
  const storage = await openStorage();
  const { put, cache } = storage;
  const limits = { maxQueuedChanges: 10, maxHistoricChanges: 1_000 };
  const slow = await openWatch(storage, { after: cache.revision }, limits);
  const fast = await openWatch(storage, { after: cache.revision }, limits);
  const fastTold: string[] = [];
  let woken = 0;
  slow.onAvailable = () => woken++;
  for (let v = 0; v < 25; v++) {
    await put(key, { v });
    fastTold.push(...drain(fast));
  }
  slow.bookmark(cache.revision);
  assert.ok(slow.ended && slow.pending && !fast.ended);
  assert.equal(cache.subscriberCount(), 1);
  const told = drain(slow);
  assert.equal(told.length, 10);
  assert.ok(woken >= 1);
  let resumed = slow;
  while (told.length < 25) {
    const seen = Number(told.at(-1)!.split('@')[1]);
    resumed = await openWatch(storage, { after: seen }, limits);
    told.push(...drain(resumed));
  }
  assert.deepEqual(told, fastTold);
});

test('S23 changes that come while history is read do not get lost either', async () => {
  const storage = await openStorage(memoryKv(), small);
  const limits = { maxQueuedChanges: 5, maxHistoricChanges: 1_000 };
  for (let v = 0; v < 30; v++) await storage.put(key, { v });
  const opening = openWatch(storage, { after: 1 }, limits);
  await Promise.all(Array.from({ length: 9 }, (_, v) => storage.put(podKey(`n${v}`))));
  const watch = await opening;
  const revisions = drain(watch).map((line) => Number(line.split('@')[1]));
  assert.deepEqual(
    revisions,
    revisions.map((_, i) => i + 2),
    'in order, without a gap',
  );
  assert.ok(revisions.length >= 30);
  assert.ok(watch.ended, 'what did not fit is for the next watch to tell');
});

test('S23 a bookmark that does not fit is left out', async () => {
  const storage = await openStorage();
  const { cache, put } = storage;
  const limits = { maxQueuedChanges: 3, maxHistoricChanges: 9 };
  const watch = await openWatch(storage, { after: cache.revision }, limits);
  for (let v = 0; v < 3; v++) await put(key, { v });
  watch.bookmark(cache.revision);
  assert.deepEqual([drain(watch).length, watch.ended], [3, false]);
});

test('S24 what was delivered is let go of', async () => {
  const storage = await openStorage(memoryKv(), small);
  const { cache, put } = storage;
  const watch = await openWatch(
    storage,
    { after: cache.revision },
    { maxQueuedChanges: 10, maxHistoricChanges: 9 },
  );
  await put(key);
  const kept: WeakRef<object>[] = [];
  for (let v = 0; v < 2_000; v++) {
    const { entry } = (await storage.store.update(key, () => ({
      action: 'put',
      object: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, spec: { v } },
    })))!;
    if (v < 1_000) kept.push(new WeakRef(entry));
    // Never quite empty.
    assert.equal(watch.take(1).length, 1);
  }
  assert.ok(watch.pending && !watch.ended);
  // Asynchronous, because references that were read in this turn are kept for it.
  await new Promise<void>((resolve) => setImmediate(resolve));
  collectGarbage();
  const left = kept.filter((reference) => reference.deref()).length;
  assert.ok(left < 20, `${left} of 1,000 delivered changes are still held`);
});
