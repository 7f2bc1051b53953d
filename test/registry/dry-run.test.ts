import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLab, thing } from './lab.ts';

test('R6 a dry run does everything but write and take', async () => {
  const lab = await openLab({ strategy: { ttlSeconds: 1, allowCreateOnUpdate: true } });
  const { create, update, steps, tried, registry, kv, read } = lab;
  let leases = 0;
  registry.store.grantLease = async () => ++leases;
  const revision = () => kv.revision();

  const before = revision();
  const created = (await create(thing('x', { a: '1' }), true)).decode();
  assert.ok(created.metadata.uid && created.metadata.creationTimestamp);
  assert.equal(created.metadata.resourceVersion, undefined);
  assert.deepEqual(steps.splice(0).slice(-2), ['admit', 'claim (dry)']);
  const createIfMissing = async () => {};
  const put = await update('x', () => thing('x', { a: '2' }), { dryRun: true, createIfMissing });
  assert.equal(put.created, true);
  assert.deepEqual(steps.splice(0).slice(-2), ['admit', 'claim (dry)']);
  assert.deepEqual([revision(), tried, leases, read('x')], [before, [], 0, undefined]);
});

test('R6 … nor does a dry run of what exists', async () => {
  const { create, update, remove, steps, tried, read } = await openLab();
  await create(thing('x', { a: '1' }));
  await assert.rejects(create(thing('x'), true), { code: 409, reason: 'AlreadyExists' });
  const stored = read('x')!;
  tried.length = 0;
  steps.length = 0;
  const updated = await update('x', (old) => ({ ...old, data: { a: '2' } }), { dryRun: true });
  const answer = updated.entry.decode();
  assert.deepEqual(answer, { ...stored, data: { a: '2' } }, 'with the version that stands');
  assert.deepEqual(steps.splice(0).slice(-2), ['admit', 'claim (dry)']);
  const held = await remove('x', { propagation: 'Foreground' }, true);
  assert.equal(held.gone, false);
  assert.deepEqual(held.entry.decode().metadata.finalizers, ['foregroundDeletion']);
  assert.equal((await remove('x', {}, true)).gone, true);
  assert.deepEqual(steps.splice(0), ['mutate', 'admit', 'mutate', 'admit']);
  assert.deepEqual([tried, read('x')], [[], stored]);
});
