import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLab, thing } from './lab.ts';

test('R4 a taken name', async () => {
  const { create, steps, read } = await openLab();
  await create(thing('x', { first: 'yes' }));
  steps.length = 0;
  await assert.rejects(create(thing('x')), {
    code: 409,
    reason: 'AlreadyExists',
    message: 'configmaps "x" already exists',
  });
  assert.deepEqual(steps.slice(-2), ['claim', 'revert']);
  assert.deepEqual(read('x')!.data, { first: 'yes' });
});

test('R4 a name that is taken by what is on its way out', async () => {
  const { create, remove } = await openLab();
  await create(thing('x', {}, { finalizers: ['example.com/hold'] }));
  await remove('x');
  for (const dryRun of [false, true]) {
    await assert.rejects(create(thing('x'), dryRun), {
      code: 409,
      reason: 'AlreadyExists',
      message: 'object is being deleted: configmaps "x" already exists',
    });
  }
});

test('R4 a generated name that is taken is made anew, eight times at most', async () => {
  const { create, steps, faults, sound, tried, read } = await openLab();
  let taken = 3;
  faults.beforeWrite = async (key) => {
    if (taken-- > 0) await sound.putIf(key, Buffer.from(JSON.stringify(thing('rival'))), 0);
  };
  const created = await create(thing('', {}, { generateName: 'x-' }));
  const { name } = created.decode().metadata;
  assert.match(name!, /^x-[a-z0-9]{5}$/);
  assert.ok(read(name!));
  assert.equal(new Set(tried).size, 4);
  assert.equal(steps.filter((step) => step === 'produce').length, 4);
  assert.equal(steps.filter((step) => step === 'revert').length, 3);

  taken = 1_000;
  tried.length = 0;
  await assert.rejects(create(thing('', {}, { generateName: 'y-' })), {
    code: 409,
    message:
      /^configmaps "y-[a-z0-9]{5}" already exists, the server was not able to generate a unique name for the object$/,
  });
  assert.equal(new Set(tried).size, 8);
});

test('R5 what the server alone sets', async () => {
  const { create, clock, read } = await openLab();
  await create(
    thing(
      'x',
      {},
      {
        uid: 'mine',
        creationTimestamp: '2001-01-01T00:00:00Z',
        deletionTimestamp: '2001-01-01T00:00:00Z',
        deletionGracePeriodSeconds: 5,
        generation: 7,
        managedFields: [{}],
      },
    ),
  );
  const { uid, creationTimestamp, ...rest } = read('x')!.metadata;
  assert.match(uid!, /^[0-9a-f-]{36}$/);
  assert.equal(Date.parse(creationTimestamp!), clock.now());
  // This kind counts no generations, and then keeps what it is given.
  assert.deepEqual(Object.keys(rest).sort(), ['generation', 'name', 'namespace', 'resourceVersion']);
  await assert.rejects(create(thing('y', {}, { resourceVersion: '1' })), { code: 500 });
});
