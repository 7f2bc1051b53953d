import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drain, openStorage, openWatch, podKey, podPrefix, select } from './kit.ts';

const inB = `${podPrefix}b/`;

/** What a watch asks for, and changes that do and that do not concern it. */
const cases = [
  { labels: 'app=x', hit: { labels: { app: 'x' } }, miss: { labels: { app: 'y', b: 'x' } } },
  { labels: 'app in (x,z)', hit: { labels: { app: 'z' } }, miss: { labels: { app: 'y' } } },
  {
    labels: 'app',
    fields: 'status.phase=Run',
    hit: { labels: { app: '' }, phase: 'Run' },
    miss: { phase: 'x' },
  },
  { fields: 'status.phase=', hit: {}, miss: { phase: 'Run' } },
] as const;

test('S28 what concerns no object of a selection does not wait in the queue of its watch', async () => {
  for (const { hit, miss, ...wanted } of cases) {
    const storage = await openStorage();
    const { put, remove, cache } = storage;
    const { labels = '', fields = '' } = wanted as { labels?: string; fields?: string };
    const watch = await openWatch(storage, { selection: select(labels, fields), after: cache.revision });
    await put(podKey('other'), miss);
    await put(podKey('other'), { ...miss, v: 1 });
    await remove(podKey('other'));
    assert.equal(watch.pending, false, JSON.stringify(wanted));
    await put(podKey('x'), hit);
    await put(podKey('x'), { ...hit, v: 1 });
    await put(podKey('x'), miss);
    await put(podKey('x'), { ...miss, v: 1 });
    await put(podKey('x'), hit);
    await remove(podKey('x'));
    const told = drain(watch).map((line) => line.replace(/@\d+/, ''));
    assert.deepEqual(
      told,
      ['ADDED x', 'MODIFIED x', 'DELETED x', 'ADDED x', 'DELETED x'],
      JSON.stringify(wanted),
    );
    watch.stop();
    assert.equal(cache.subscriberCount(), 0);
  }
});

test('S28 … nor what happens to other names or in other namespaces', async () => {
  const storage = await openStorage();
  const { put, cache } = storage;
  const after = cache.revision;
  const open = (request: Parameters<typeof openWatch>[1]) => openWatch(storage, { after, ...request });
  const byName = await open({ selection: select('', 'metadata.name=x') });
  const byNamespace = await open({ selection: select('', 'metadata.namespace=b') });
  const inNamespace = await open({ prefix: inB });
  await put(podKey('y'));
  await put(podKey('y-x', 'bb'));
  assert.deepEqual(
    [byName, byNamespace, inNamespace].map(({ pending }) => pending),
    [false, false, false],
  );
  await put(podKey('x', 'a'));
  await put(podKey('z', 'b'));
  assert.deepEqual(drain(byName), ['ADDED x@4']);
  assert.deepEqual(drain(byNamespace), ['ADDED z@5']);
  assert.deepEqual(drain(inNamespace), ['ADDED z@5']);
});

test('S28 an object that goes from one value of a mark to another is told once', async () => {
  const storage = await openStorage();
  const { put, cache } = storage;
  const watch = await openWatch(storage, { selection: select('app in (x,y)'), after: cache.revision });
  await put(podKey('p'), { labels: { app: 'x' } });
  await put(podKey('p'), { labels: { app: 'y' } });
  await put(podKey('p'), { labels: { app: 'z' } });
  assert.deepEqual(drain(watch), ['ADDED p@2', 'MODIFIED p@3', 'DELETED p@4']);
});

test('S28 a value that is no object concerns nobody, and stops nothing', async () => {
  const storage = await openStorage();
  const { kv, put, cache } = storage;
  const watch = await openWatch(storage, { selection: select('app=x'), after: cache.revision });
  await kv.putIf(podKey('broken'), Buffer.from('{"metadata":{"labels":{"app":"x"'), 0);
  await put(podKey('p'), { labels: { app: 'x' } });
  assert.deepEqual(drain(watch), ['ADDED p@3']);
});
