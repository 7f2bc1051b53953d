import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LeaseNotFoundError, StoreUnavailableError } from '../../src/kv/types.ts';
import { OutcomeUnknownError } from '../../src/storage/errors.ts';
import { faultyKv } from './faulty-kv.ts';
import { memoryKv, openStorage, podKey, podOf, versionOf } from './kit.ts';

const key = podKey('x');

async function openFaulty() {
  const faulty = faultyKv(memoryKv());
  return { ...(await openStorage(faulty.kv)), ...faulty };
}

test('S9 create writes a free key and shows what has taken it', async () => {
  const { store, cache } = await openStorage();
  const created = await store.create(key, podOf(key, { v: 1 }));
  assert.ok(!('taken' in created));
  const again = await store.create(key, podOf(key, { v: 2 }));
  assert.ok('taken' in again);
  assert.deepEqual(again.taken.decode(), created.decode());
  assert.equal(cache.get(key)?.modRevision, created.modRevision);
});

test('S10 a decision is carried out on the state it was made on', async () => {
  const { store, put, remove, faults, cache, failures } = await openFaulty();
  await put(key, { v: 0 });
  const rivals = [() => put(key, { v: 1 }), () => remove(key), () => put(key, { v: 3 })];
  faults.beforeWrite = async () => {
    // A rival's own write must not be raced.
    const rival = rivals.shift();
    if (!rival) return;
    const { beforeWrite } = faults;
    faults.beforeWrite = undefined;
    await rival();
    faults.beforeWrite = beforeWrite;
  };
  const seen: unknown[] = [];
  const updated = await store.update(key, (current) => {
    seen.push(current && (current.decode()['spec'] as { v: number }).v);
    return { action: 'put', object: podOf(key, { v: 9 }) };
  });
  assert.deepEqual(seen, [0, 1, undefined, 3]);
  assert.equal(updated!.entry, cache.get(key));
  assert.deepEqual(failures, []);
});

test('S10 counters of many writers end exactly right', async () => {
  const { store, cache, put } = await openStorage();
  await put(key, { v: 0 });
  const increment = () =>
    store.update(key, async (current) => {
      const { v } = current!.decode()['spec'] as { v: number };
      await Promise.resolve();
      return { action: 'put', object: podOf(key, { v: v + 1 }) };
    });
  const updates = await Promise.all(Array.from({ length: 60 }, increment));
  assert.ok(updates.every(Boolean));
  assert.deepEqual(cache.get(key)!.decode()['spec'], { v: 60 });
});

test('S10 an update that loses every race gives up and has written nothing', async () => {
  const { store, put, faults, cache } = await openFaulty();
  await put(key, { v: 0 });
  let races = 0;
  faults.beforeWrite = async () => {
    const { beforeWrite } = faults;
    faults.beforeWrite = undefined;
    await put(key, { v: ++races });
    faults.beforeWrite = beforeWrite;
  };
  const updated = await store.update(key, () => ({ action: 'put', object: podOf(key, { v: -1 }) }));
  assert.equal(updated, undefined);
  assert.equal(races, 100);
  assert.deepEqual(cache.get(key)!.decode()['spec'], { v: 100 });
});

test('S10 what decide throws ends the update; keep writes nothing', async () => {
  const { store, put, tried } = await openFaulty();
  const { modRevision } = await put(key);
  await assert.rejects(
    store.update(key, () => {
      throw new Error('no');
    }),
    /no/,
  );
  const kept = await store.update(key, () => ({ action: 'keep' }));
  assert.equal(kept!.entry.modRevision, modRevision);
  assert.equal(await store.update(podKey('none'), () => ({ action: 'keep' })), undefined);
  assert.deepEqual(tried, [key]);
});

test('S11 answers carry the revision of their write, stored bytes none', async () => {
  const { kv, cache, put, remove } = await openStorage();
  const created = await put(key, { v: 1 });
  const updated = await put(key, { v: 2 });
  assert.equal(versionOf(updated), String(cache.revision));
  const [item] = (await kv.list('/registry/')).items;
  assert.doesNotMatch(Buffer.from(item!.value).toString(), /resourceVersion/);
  const deleted = await remove(key);
  assert.equal(versionOf(deleted), String(cache.revision));
  assert.ok(created.modRevision < updated.modRevision && updated.modRevision < deleted.modRevision);
  assert.deepEqual(deleted.decode()['spec'], { v: 2 });
  assert.equal(deleted.createRevision, created.modRevision);
});

test('S11 a nested metadata is not mistaken for the object’s own', async () => {
  const { kv, cache, remove } = await openStorage();
  const text = `{"kind":"Pod","apiVersion":"v1","spec":{"t":{"metadata":{"resourceVersion":"1","name":"t"}}},"metadata":{"name":"x","namespace":"a"}}\n`;
  await kv.putIf(key, Buffer.from(text), 0);
  assert.equal(versionOf(cache.get(key)!), String(cache.revision));
  const deleted = (await remove(key)).decode();
  assert.equal(deleted.metadata.resourceVersion, String(cache.revision));
  assert.deepEqual(deleted['spec'], { t: { metadata: { resourceVersion: '1', name: 't' } } });
});

test('S12 what a store that fails means', async () => {
  const { store, put, faults, cache } = await openFaulty();
  await put(key, { v: 1 });
  const { revision } = cache;
  const writes = [
    () => store.create(podKey('new'), podOf(podKey('new'))),
    () => store.update(key, () => ({ action: 'put', object: podOf(key) })),
    () => store.update(key, () => ({ action: 'delete' })),
  ];
  const failures: [Error, object][] = [
    [
      new StoreUnavailableError('disk full', false),
      { code: 503, message: 'the store is unavailable: disk full' },
    ],
    [new StoreUnavailableError('worker gone', true), { code: 504, reason: 'Timeout' }],
    [new LeaseNotFoundError(7), { name: 'LeaseNotFoundError' }],
    [new TypeError('a bug'), { name: 'TypeError' }],
  ];
  for (const [error, expected] of failures) {
    faults.beforeWrite = () => {
      throw error;
    };
    for (const write of writes) await assert.rejects(write, expected);
  }
  faults.beforeWrite = undefined;
  assert.equal(cache.revision, revision);
  faults.beforeWrite = () => {
    throw new StoreUnavailableError('worker gone', true);
  };
  await assert.rejects(writes[0]!, OutcomeUnknownError);
});

test('S12 an object that is too large is refused with 413', async () => {
  const { store, put, cache } = await openStorage();
  const large = podOf(key, { phase: 'x'.repeat(8 * 1024 * 1024) });
  const tooLarge = { code: 413, reason: 'RequestEntityTooLarge' };
  await assert.rejects(store.create(key, large), tooLarge);
  await put(key);
  await assert.rejects(
    store.update(key, () => ({ action: 'put', object: large })),
    tooLarge,
  );
  assert.ok(cache.get(key)!.bytes.length < 200);
});
