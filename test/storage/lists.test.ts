import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../../src/apimachinery/status.ts';
import { decodeContinue, encodeContinue } from '../../src/storage/continue-token.ts';
import type { ListPage, ListRequest } from '../../src/storage/list.ts';
import { memoryKv, names, openStorage, podKey, podPrefix, type Storage, select } from './kit.ts';

const expired = { code: 410, reason: 'Expired' };

async function allPages(
  { list }: Storage,
  request: Partial<ListRequest>,
  between: () => Promise<unknown> = async () => {},
): Promise<ListPage[]> {
  const pages = [await list(request)];
  for (let token = pages[0]!.continueToken; token; token = pages.at(-1)!.continueToken) {
    await between();
    const { rule: _, ...rest } = request;
    pages.push(await list({ ...rest, from: decodeContinue(token) }));
  }
  return pages;
}

async function withPods(count: number, storage?: Storage): Promise<Storage> {
  const opened = storage ?? (await openStorage());
  for (let i = 0; i < count; i++) {
    const labels = { ...(i % 2 === 0 ? { even: 'yes' } : {}), ...(i % 600 === 599 ? { rare: 'yes' } : {}) };
    await opened.put(podKey(`p${String(i).padStart(4, '0')}`), { labels });
  }
  return opened;
}

/** Lets the window move past everything so far. */
async function pushOutOfWindow({ put }: Storage, changes: number): Promise<void> {
  for (let v = 0; v < changes; v++) await put('/registry/api/v1/configmaps/a/c', { v });
}

test('S13 pages are of one state, whatever is written in between', async () => {
  const storage = await withPods(10);
  const { put, remove, cache } = storage;
  const { revision } = cache;
  const pages = await allPages(storage, { limit: 3 }, async () => {
    await put(podKey('p0000x'));
    await put(podKey('p0009x'));
    if (cache.get(podKey('p0008'))) await remove(podKey('p0008'));
  });
  assert.deepEqual(
    pages.map((page) => page.entries.length),
    [3, 3, 3, 1],
  );
  assert.ok(pages.every((page) => page.revision === revision));
  assert.deepEqual(
    pages.flatMap(names),
    Array.from({ length: 10 }, (_, i) => `p000${i}`),
  );
});

test('S13 pages go on from history when their state has left the window', async () => {
  const storage = await openStorage(memoryKv(), { maxWindowEvents: 8, maxWindowBytes: 1e9 });
  await withPods(1_300, storage);
  for (const [labels, limit, expected] of [
    ['', 400, 1_300],
    ['even=yes', 200, 650],
    ['even=yes', 3_000, 650],
    ['rare', 5, 2],
    ['rare', 1, 2],
    ['none', 5, 0],
  ] as const) {
    const { revision } = storage.cache;
    const request = { selection: select(labels), limit, rule: { kind: 'exact', revision } } as const;
    const fresh = await allPages(storage, request);
    await pushOutOfWindow(storage, 20);
    assert.equal(storage.cache.snapshotAt(revision), undefined);
    const pages = await allPages(storage, request, () => pushOutOfWindow(storage, 1));
    assert.deepEqual(pages.flatMap(names), fresh.flatMap(names));
    assert.equal(pages.flatMap(names).length, expected);
    assert.ok(pages.every((page) => page.revision === revision && page.entries.length <= limit));
  }
});

test('S14 a token exactly when keys were left, and what remains', async () => {
  const storage = await withPods(5);
  await storage.put(podKey('other', 'b'));
  const facts = async (request: Partial<ListRequest>) => {
    const { entries, continueToken, remaining } = await storage.list(request);
    return [entries.length, continueToken !== undefined, remaining];
  };
  const prefix = `${podPrefix}a/`;
  assert.deepEqual(await facts({ prefix }), [5, false, undefined]);
  assert.deepEqual(await facts({ prefix, limit: 5 }), [5, false, undefined]);
  assert.deepEqual(await facts({ prefix, limit: 4 }), [4, true, 1]);
  assert.deepEqual(await facts({ limit: 4 }), [4, true, 2]);
  assert.deepEqual(await facts({ prefix, limit: 2, selection: select('even') }), [2, true, undefined]);
  const { revision } = storage.cache;
  const from = { revision, start: 'a/p0002' };
  assert.deepEqual(await facts({ from, limit: 2 }), [2, true, 2]);
});

test('S15 which state a rule means', async () => {
  const storage = await withPods(2);
  const { cache, put, list } = storage;
  const old = cache.revision;
  await put(podKey('p0002'));
  const lengths = async (rule: ListRequest['rule']) => {
    const { entries, revision } = await list({ rule });
    return [entries.length, revision];
  };
  assert.deepEqual(await lengths({ kind: 'newest' }), [3, old + 1]);
  assert.deepEqual(await lengths({ kind: 'any' }), [3, old + 1]);
  assert.deepEqual(await lengths({ kind: 'notOlderThan', revision: old }), [3, old + 1]);
  assert.deepEqual(await lengths({ kind: 'exact', revision: old }), [2, old]);
  assert.deepEqual(await lengths({ kind: 'exact', revision: old - 1 }), [1, old - 1]);
});

test('S16 a revision that does not come is too large', async () => {
  const { cache, clock, list } = await withPods(1);
  const revision = cache.revision + 5;
  for (const kind of ['exact', 'notOlderThan'] as const) {
    const waiting = list({ rule: { kind, revision } });
    await new Promise<void>((resolve) => setImmediate(resolve));
    clock.advance(3_000);
    await assert.rejects(waiting, (error: unknown) => {
      assert.ok(error instanceof ApiError);
      assert.equal(error.code, 504);
      assert.ok(
        error.message.endsWith(`Too large resource version: ${revision}, current: ${cache.revision}`),
      );
      assert.equal(error.status.details?.retryAfterSeconds, 1);
      return true;
    });
  }
  await assert.rejects(list({ from: { revision, start: 'a/p' } }), { code: 504 });
  assert.equal(clock.nextTimerAt(), undefined);
});

test('S16 a revision that comes in time is waited for', async () => {
  const { cache, put, list, clock } = await withPods(1);
  const waiting = list({ rule: { kind: 'notOlderThan', revision: cache.revision + 1 } });
  await new Promise<void>((resolve) => setImmediate(resolve));
  clock.advance(2_999);
  await put(podKey('late'));
  assert.deepEqual(names(await waiting), ['late', 'p0000']);
  assert.equal(clock.nextTimerAt(), undefined);
});

test('S16 what has been compacted is gone; a continued list may go on inconsistently', async () => {
  const storage = await openStorage(memoryKv(), { maxWindowEvents: 8, maxWindowBytes: 1e9 });
  await withPods(6, storage);
  const { kv, cache, list, remove } = storage;
  const { revision } = cache;
  const first = await list({ limit: 2 });
  await remove(podKey('p0003'));
  await pushOutOfWindow(storage, 20);
  await kv.compact(cache.revision);
  await assert.rejects(list({ rule: { kind: 'exact', revision } }), {
    ...expired,
    message: 'The resourceVersion for the provided list is too old.',
  });
  let token = '';
  await assert.rejects(list({ limit: 2, from: decodeContinue(first.continueToken!) }), (error: unknown) => {
    assert.ok(error instanceof ApiError);
    assert.equal(error.code, 410);
    assert.match(error.message, /^The provided continue parameter is too old to display a consistent list/);
    token = error.status.metadata.continue!;
    return true;
  });
  const rest = await list({ limit: 2, from: decodeContinue(token) });
  assert.deepEqual(names(rest), ['p0002', 'p0004']);
  assert.equal(rest.revision, cache.revision);
  const last = await list({ limit: 2, from: decodeContinue(rest.continueToken!) });
  assert.deepEqual(names(last), ['p0005']);
  assert.equal(last.continueToken, undefined);
});

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('S17 tokens of others are refused', () => {
  const good = { v: 'meta.k8s.io/v1', rv: 5, start: 'a/x' };
  assert.deepEqual(decodeContinue(base64url(good)), { revision: 5, start: 'a/x' });
  assert.deepEqual(decodeContinue(encodeContinue({ revision: -1, start: 'x' })), {
    revision: -1,
    start: 'x',
  });
  const bad = [
    'nonsense',
    base64url(null),
    base64url([]),
    base64url({ ...good, v: 'meta.k8s.io/v2' }),
    ...[0, -2, 1.5, '5', 2 ** 53, null].map((rv) => base64url({ ...good, rv })),
    ...['', '/a', '../b', 'a/../b', 7, null].map((start) => base64url({ ...good, start })),
  ];
  for (const token of bad) {
    assert.throws(
      () => decodeContinue(token),
      { code: 400, message: /^invalid continue token: continue key is not valid: / },
      token,
    );
  }
});
