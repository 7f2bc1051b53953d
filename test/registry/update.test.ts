import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLab, type Thing, thing } from './lab.ts';

const lockMessage =
  /the object has been modified; please apply your changes to the latest version and try again$/;
const withMeta = (object: Thing, metadata: object): Thing => ({
  ...object,
  metadata: { ...object.metadata, ...metadata },
});

test('R7 the resourceVersion of the body', async () => {
  const { create, update, loseRaces, read } = await openLab();
  const first = (await create(thing('x'))).decode() as Thing;
  const sent = { ...first, data: { a: '1' } };
  await update('x', () => sent);
  await assert.rejects(
    update('x', () => structuredClone(sent)),
    { code: 409, reason: 'Conflict', message: lockMessage },
  );
  // A rival that comes between reading and writing is no different from one before.
  const current = read('x')!;
  loseRaces('x', 1);
  await assert.rejects(
    update('x', () => ({ ...structuredClone(current), data: { a: '2' } })),
    { code: 409, message: lockMessage },
  );
  for (const resourceVersion of [undefined, '', '0']) {
    loseRaces('x', 1);
    const data = { version: String(resourceVersion) };
    const { entry } = await update('x', () => thing('x', data, { resourceVersion }));
    assert.deepEqual(entry.decode()['data'], data);
  }
});

test('R7 … is needed where the kind says so', async () => {
  const { create, update, read } = await openLab({ strategy: { allowUnconditionalUpdate: false } });
  await create(thing('x'));
  await assert.rejects(
    update('x', () => thing('x', { a: '1' })),
    {
      code: 422,
      message: /metadata\.resourceVersion: Invalid value: 0: must be specified for an update/,
    },
  );
  await update('x', () => ({ ...read('x')!, data: { a: '1' } }));
  assert.deepEqual(read('x')!.data, { a: '1' });
});

test('R8 the uid of the body', async () => {
  const { create, update, read } = await openLab();
  await create(thing('x'));
  const { uid } = read('x')!.metadata;
  await assert.rejects(
    update('x', () => thing('x', {}, { uid: 'other' })),
    { code: 422, message: /metadata\.uid: Invalid value: "other": field is immutable$/ },
  );
  await assert.rejects(
    update('x', () => thing('x', {}, { uid: 'other' }), { replaces: true }),
    {
      code: 409,
      message: new RegExp(`Precondition failed: UID in precondition: other, UID in object meta: ${uid}$`),
    },
  );
  for (const given of [undefined, '', uid!]) {
    await update('x', () => thing('x', { given: String(given) }, { uid: given }));
    assert.equal(read('x')!.metadata.uid, uid);
  }
});

test('R9 an update that changes nothing writes nothing', async () => {
  const { create, update, read, tried, steps } = await openLab();
  await create(thing('x', { a: '1', b: '2' }));
  const stored = read('x')!;
  tried.length = 0;
  steps.length = 0;
  const bodies = [stored, thing('x', { b: '2', a: '1' }), withMeta(stored, { generation: 9 })];
  for (const body of bodies) {
    const { entry } = await update('x', () => structuredClone(body));
    assert.deepEqual(entry.decode(), stored);
  }
  assert.deepEqual(tried, []);
  assert.equal(steps.filter((step) => step === 'claim').length, 3);
  assert.equal(steps.filter((step) => step === 'commit' || step === 'revert').length, 3);
});

test('R10 what an update cannot change', async () => {
  const { create, update, read } = await openLab();
  await create(thing('x'));
  const { uid, creationTimestamp } = read('x')!.metadata;
  await update('x', () =>
    thing('x', { a: '1' }, { creationTimestamp: '2001-01-01T00:00:00Z', generation: 9, managedFields: [{}] }),
  );
  const { resourceVersion: _, ...metadata } = read('x')!.metadata;
  assert.deepEqual(metadata, { name: 'x', namespace: 'a', uid, creationTimestamp });
  for (const field of ['deletionTimestamp', 'deletionGracePeriodSeconds']) {
    const value = field === 'deletionTimestamp' ? '2001-01-01T00:00:00Z' : 5;
    await assert.rejects(
      update('x', () => thing('x', {}, { [field]: value })),
      { code: 422, message: new RegExp(`metadata\\.${field}: Invalid value: .*: field is immutable`) },
    );
  }
});

test('R11 generation follows the desired state', async () => {
  const { create, update, remove, read } = await openLab({
    strategy: { bumpsGeneration: (object, old) => object['data'] !== old['data'] && differs(object, old) },
  });
  await create(thing('x', { a: '1' }, { finalizers: ['example.com/hold'] }));
  const generations = [read('x')!.metadata.generation];
  const change = async (produce: (old: Thing) => Thing) => {
    await update('x', produce);
    generations.push(read('x')!.metadata.generation);
  };
  await change((old) => ({ ...old, data: { a: '2' } }));
  await change((old) => withMeta(old, { labels: { a: 'b' } }));
  await change((old) => withMeta({ ...old, data: { a: '3' } }, { generation: 1 }));
  await remove('x');
  generations.push(read('x')!.metadata.generation);
  await remove('x');
  generations.push(read('x')!.metadata.generation);
  assert.deepEqual(generations, [1, 2, 2, 3, 4, 4]);
});

const differs = (a: Thing, b: Thing) => JSON.stringify(a.data) !== JSON.stringify(b.data);

test('R12 an update of what is not there', async () => {
  const createIfMissing = async () => {};
  const strict = await openLab();
  await assert.rejects(
    strict.update('x', () => thing('x'), { createIfMissing }),
    { code: 404, reason: 'NotFound' },
  );

  const { update, read, tried } = await openLab({ strategy: { allowCreateOnUpdate: true } });
  await assert.rejects(
    update('x', () => thing('x')),
    { code: 404 },
    'a patch creates nothing',
  );
  const forbid = async () => {
    throw new Error('may not create');
  };
  await assert.rejects(
    update('x', () => thing('x'), { createIfMissing: forbid }),
    /may not create/,
  );
  for (const metadata of [{ uid: 'some' }, { resourceVersion: '5' }]) {
    await assert.rejects(
      update('x', () => thing('x', {}, metadata), { createIfMissing }),
      { code: 409 },
    );
  }
  assert.deepEqual(tried, []);
  const { created } = await update('x', () => thing('x'), { createIfMissing });
  assert.ok(created && read('x'));
  const again = await update('x', () => thing('x', { a: '1' }), { createIfMissing: forbid });
  assert.equal(again.created, false);
});

test('R12 … that is created, or deleted, by somebody else meanwhile', async () => {
  const lab = await openLab({ strategy: { allowCreateOnUpdate: true } });
  const { update, loseRaces, read, steps } = lab;
  loseRaces('x', 1);
  const { created } = await update('x', () => thing('x', { mine: 'yes' }), {
    createIfMissing: async () => {},
  });
  assert.equal(created, false);
  assert.deepEqual(read('x')!.data, { mine: 'yes' });
  loseRaces('x', 1, () => undefined);
  steps.length = 0;
  await assert.rejects(
    update('x', (old) => ({ ...old, data: {} })),
    { code: 404 },
  );
  assert.deepEqual(
    steps.filter((step) => step === 'claim' || step === 'revert' || step === 'commit'),
    ['claim', 'revert'],
  );
});
