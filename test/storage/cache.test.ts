import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { virtualClock } from '../../src/apimachinery/clock.ts';
import { openSqliteKv } from '../../src/kv/sqlite/index.ts';
import type { Kv, KvWatch, WatchSink } from '../../src/kv/types.ts';
import { StoreUnavailableError } from '../../src/kv/types.ts';
import { decodeContinue } from '../../src/storage/continue-token.ts';
import type { ChangeEvent } from '../../src/storage/entry.ts';
import { revisionAhead, settleRule } from '../../src/storage/settle.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { drain, memoryKv, names, openStorage, openWatch, podKey, podPrefix } from './kit.ts';

const other = '/registry/api/v1/configmaps/a/c';
const brief = ({ type, key, revision }: ChangeEvent) => `${type} ${key.split('/').at(-1)}@${revision}`;
const isUnavailable = { code: 503, reason: 'ServiceUnavailable' };

test('S1 every subscriber hears of changes in the order of their revisions', async () => {
  const { cache, put, remove } = await openStorage();
  const heard: string[] = [];
  for (const prefix of ['/registry/', podPrefix, `${podPrefix}a/`, podKey('x'), podKey('y')])
    cache.subscribe(prefix, cache.revision, (event) => heard.push(brief(event)));
  await Promise.all([put(podKey('x')), put(other), put(podKey('y')), put(podKey('z', 'b'))]);
  await remove(podKey('x'));
  const revisions = heard.map((line) => Number(line.split('@')[1]));
  assert.deepEqual(
    revisions,
    [...revisions].sort((a, b) => a - b),
  );
  assert.equal(heard.filter((line) => line.startsWith('put x@')).length, 4);
  assert.equal(heard.filter((line) => line.startsWith('put c@')).length, 1);
});

test('S2 a write that is answered is in the cache, also right after the start', async () => {
  await using directory = await temporaryDirectory();
  const kv = await openSqliteKv({ path: join(directory.path, 'store.db'), clock: virtualClock() });
  try {
    for (let round = 0; round < 5; round++) {
      const { cache, put } = await openStorage(kv);
      for (const name of ['a', 'b', 'c']) {
        const { modRevision } = await put(podKey(name), { v: round });
        assert.equal(cache.get(podKey(name))?.modRevision, modRevision);
      }
      cache.stop();
    }
  } finally {
    await kv.close();
  }
});

test('S3 a snapshot stays as it was', async () => {
  const { cache, put, remove } = await openStorage();
  await put(podKey('x'));
  const snapshot = cache.snapshot();
  await remove(podKey('x'));
  await put(podKey('y'));
  assert.equal(snapshot.objects.size, 1);
  assert.ok(snapshot.objects.get(podKey('x')));
  assert.equal(cache.snapshotAt(snapshot.revision)?.objects.size, 1);
});

test('S4 every state from the floor on is known', async () => {
  const { kv, cache, put, list } = await openStorage();
  const floor = cache.revision;
  const { modRevision: first } = await put(podKey('x'));
  await kv.grantLease(10);
  const { modRevision: second } = await put(podKey('y'));
  assert.equal(cache.windowFloor, floor);
  for (const [revision, expected] of [
    [floor, []],
    [first, ['x']],
    [second, ['x', 'y']],
  ] as const) {
    assert.deepEqual(names(await list({ rule: { kind: 'exact', revision } })), expected);
    assert.equal(cache.snapshotAt(revision)!.revision, revision);
  }
  assert.equal(cache.snapshotAt(floor - 1), undefined);
  assert.equal(cache.snapshotAt(second + 1), undefined);
});

test('S5 the window is bounded in changes and in bytes that it alone keeps', async () => {
  const few = await openStorage(memoryKv(), { maxWindowEvents: 16, maxWindowBytes: 1e9 });
  for (let v = 0; v < 100; v++) await few.put(podKey('x'), { v });
  const kept = few.cache.revision - few.cache.windowFloor;
  assert.ok(kept <= 16 && kept >= 14, `${kept} changes kept`);

  const phase = 'x'.repeat(1_000);
  const small = await openStorage(memoryKv(), { maxWindowEvents: 1e6, maxWindowBytes: 20_000 });
  for (let v = 0; v < 100; v++) await small.put(podKey('x'), { v, phase });
  const bytes = (small.cache.revision - small.cache.windowFloor) * 1_000;
  assert.ok(bytes <= 20_000 && bytes >= 14_000, `${bytes} bytes kept`);

  // New objects are kept in any case, so that the window is free to remember that they came.
  for (let i = 0; i < 100; i++) await small.put(podKey(`new-${i}`), { phase });
  assert.ok(small.cache.revision - small.cache.windowFloor >= 100);
});

test('S5 what is old goes when something new comes, but the last changes stay', async () => {
  const limits = { maxWindowMs: 60_000, leastWindowEvents: 100, maxWindowEvents: 1_000 };
  const { cache, put, clock } = await openStorage(memoryKv(), limits);
  const kept = () => cache.revision - cache.windowFloor;
  for (let v = 0; v < 300; v++) await put(podKey('x'), { v });
  clock.advance(59_000);
  await put(podKey('x'));
  assert.equal(kept(), 301);
  clock.advance(2_000);
  assert.equal(kept(), 301);
  await put(podKey('x'));
  assert.ok(kept() >= 100 && kept() < 170, `${kept()} changes kept`);
  clock.advance(3_600_000);
  await put(podKey('x'));
  assert.ok(kept() >= 100, `${kept()} changes kept after an hour`);
});

test('S5 trimming disturbs neither snapshots nor subscriptions', async () => {
  const { cache, put } = await openStorage(memoryKv(), { maxWindowEvents: 8, maxWindowBytes: 1e9 });
  await put(podKey('x'), { v: 0 });
  const old = cache.snapshot();
  const heard: number[] = [];
  cache.subscribe(podPrefix, cache.revision, ({ revision }) => heard.push(revision));
  for (let v = 1; v <= 50; v++) await put(podKey('x'), { v });
  assert.equal(heard.length, 50);
  assert.equal(old.objects.get(podKey('x'))?.modRevision, old.revision);
});

test('S6 a subscription has no gap and no repeat', async () => {
  const { cache, put, remove } = await openStorage();
  const start = cache.revision;
  await put(podKey('x'));
  await put(podKey('xy'));
  await put(other);
  await remove(podKey('x'));
  for (const [after, prefix, missed, live] of [
    [start, podPrefix, ['put x@2', 'put xy@3', 'delete x@5'], ['put x@6']],
    [start + 2, podPrefix, ['delete x@5', 'put x@6'], ['put x@7']],
    [start, podKey('x'), ['put x@2', 'delete x@5', 'put x@6', 'put x@7'], ['put x@8']],
    [start, podKey('xy'), ['put xy@3'], []],
    [start, '/registry/api/v1/pod', [], []],
  ] as const) {
    const heard: string[] = [];
    const subscribed = cache.subscribe(prefix, after, (event) => heard.push(brief(event)))!;
    if (live.length > 0) await put(podKey('x'));
    assert.deepEqual([subscribed.missed.map(brief), heard], [missed, live], `${prefix} after ${after}`);
    assert.equal(subscribed.snapshot.revision, cache.revision - live.length);
    subscribed.stop();
    subscribed.stop();
  }
  assert.equal(cache.subscriberCount(), 0);
  assert.equal(
    cache.subscribe(podPrefix, start - 1, () => assert.fail()),
    undefined,
  );
});

/** A store whose watch delivers when the test says so, as one on another machine would. */
function laggingKv(sound: Kv) {
  let sink: WatchSink | undefined;
  const waiting: (() => void)[] = [];
  const kv: Kv = {
    ...sound,
    watch(from, target, options): KvWatch {
      sink = target;
      const later = (call: () => void) => void waiting.push(call);
      const watch = sound.watch(
        from,
        {
          onEvents: (events) => later(() => target.onEvents(events)),
          onProgress: (revision) => later(() => target.onProgress(revision)),
          onError: (error) => later(() => target.onError(error)),
        },
        options,
      );
      return watch;
    },
  };
  const deliver = () => {
    for (const call of waiting.splice(0)) call();
  };
  return { kv, deliver, fail: (error: Error) => sink!.onError(error) };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

async function openLagging() {
  const { kv, deliver, fail } = laggingKv(memoryKv());
  const opening = openStorage(kv);
  await turn();
  deliver();
  return { ...(await opening), deliver, fail };
}

test('S7 reads wait for what was written before, and for no more', async () => {
  const storage = await openLagging();
  const { cache, deliver, put, list } = storage;
  const { modRevision } = await put(podKey('x'));
  assert.equal(cache.isFresh(), false);
  assert.deepEqual(names(await list({ rule: { kind: 'any' } })), []);
  const results = await Promise.allSettled([
    list(),
    list({ rule: { kind: 'notOlderThan', revision: modRevision } }),
    list({ rule: { kind: 'exact', revision: modRevision } }),
    turn().then(deliver),
  ]);
  for (const result of results.slice(0, 3)) {
    assert.equal(result.status, 'fulfilled');
    assert.deepEqual(names((result as PromiseFulfilledResult<never>).value), ['x']);
  }
  assert.equal(cache.isFresh(), true);
});

test('S29 the newest state is read from the store when the cache does not get there in time', async () => {
  const { cache, clock, deliver, put, remove, list, store } = await openLagging();
  await put(podKey('a'));
  await put(podKey('b'));
  await put(podKey('c'));
  const { modRevision } = await remove(podKey('b'));
  const late = async <T>(work: Promise<T>): Promise<T> => {
    await turn();
    clock.advance(3_000);
    return work;
  };
  const page = await late(list({ limit: 1 }));
  assert.deepEqual([names(page), page.revision], [['a'], modRevision]);
  assert.ok(page.continueToken);
  const from = decodeContinue(page.continueToken);
  // The page after that is of the same state, and in the cache meanwhile.
  deliver();
  await put(podKey('d'));
  assert.deepEqual(names(await list({ from })), ['c']);
  assert.equal(cache.isFresh(), false);
  assert.equal(await late(revisionAhead(store, clock)), modRevision + 1);
  assert.equal((await store.getNewest(podKey('d')))?.modRevision, modRevision + 1);
  assert.equal(await store.getNewest(podKey('b')), undefined);
  assert.equal(clock.nextTimerAt(), undefined);
});

test('S29 … and what cannot be read there, or is watched, is refused', async () => {
  const { cache, clock, deliver, put, store } = await openLagging();
  await put(podKey('a'));
  const waiting = settleRule(store, clock, { kind: 'newest' });
  await turn();
  clock.advance(2_999);
  await turn();
  clock.advance(1);
  await assert.rejects(waiting, {
    code: 504,
    message: `Timeout: Too large resource version: ${cache.revision + 1}, current: ${cache.revision}`,
  });
  const inTime = settleRule(store, clock, { kind: 'newest' });
  await turn();
  clock.advance(2_999);
  deliver();
  await inTime;
});

test('S8 nobody hangs on a store that is gone', async () => {
  const storage = await openLagging();
  const { cache, fail, list, put, failures } = storage;
  const watch = await openWatch(storage);
  assert.deepEqual(drain(watch), []);
  let woken = 0;
  watch.onAvailable = () => woken++;
  await put(podKey('x'));
  const waiting = list();
  await turn();
  fail(new StoreUnavailableError('the disk is gone', false));
  await assert.rejects(waiting, isUnavailable);
  await assert.rejects(list(), isUnavailable);
  await assert.rejects(cache.fresh(), isUnavailable);
  await assert.rejects(cache.reached(cache.revision + 1), isUnavailable);
  await assert.rejects(openWatch(storage), isUnavailable);
  assert.equal(cache.isFresh(), false);
  assert.ok(watch.ended && woken === 1 && !watch.pending);
  assert.deepEqual(names(await list({ rule: { kind: 'any' } })), []);
  assert.equal(failures.length, 1);
});

test('S8 a start that cannot follow the store fails', async () => {
  const { kv, fail } = laggingKv(memoryKv());
  const opening = openStorage(kv);
  await turn();
  fail(new StoreUnavailableError('gone', false));
  await assert.rejects(opening, StoreUnavailableError);
});
