import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Strategy } from '../../src/scheme/definition.ts';
import { openLab, type Thing, thing } from './lab.ts';

const hold = 'example.com/hold';
const withFinalizers = (object: Thing, finalizers: string[]): Thing => ({
  ...object,
  metadata: { ...object.metadata, finalizers },
});

test('R14 preconditions are held against the state that is deleted', async () => {
  const { create, remove, read, loseRaces } = await openLab();
  await create(thing('x'));
  const { uid, resourceVersion } = read('x')!.metadata;
  const conflict = { code: 409, reason: 'Conflict', message: / in the precondition / };
  await assert.rejects(remove('x', { preconditions: { uid: 'other' } }), conflict);
  await assert.rejects(remove('x', { preconditions: { resourceVersion: '1' } }), conflict);
  loseRaces('x', 1);
  await assert.rejects(remove('x', { preconditions: { uid: uid!, resourceVersion: resourceVersion! } }), {
    ...conflict,
    message: /the ResourceVersion in the precondition/,
  });
  loseRaces('x', 1);
  assert.equal((await remove('x', { preconditions: { uid: uid! } })).gone, true);
});

test('R14 … also when the object was made anew under its name', async () => {
  const { create, remove, read, loseRaces } = await openLab();
  await create(thing('x'));
  const { uid } = read('x')!.metadata;
  loseRaces('x', 1, (object) => ({ ...object, metadata: { ...object.metadata, uid: 'another' } }));
  await assert.rejects(remove('x', { preconditions: { uid: uid! } }), { code: 409 });
  assert.equal(read('x')!.metadata.uid, 'another');
});

test('R15 what nothing holds goes at once', async () => {
  const { create, remove, read, cache } = await openLab();
  await create(thing('x', { a: '1' }));
  const { entry, gone } = await remove('x');
  assert.equal(gone, true);
  assert.deepEqual(entry.decode()['data'], { a: '1' });
  assert.equal(entry.decode().metadata.resourceVersion, String(cache.revision));
  assert.equal(read('x'), undefined);
  await assert.rejects(remove('x'), { code: 404, message: 'configmaps "x" not found' });
});

test('R15 one of many deletes wins', async () => {
  const { create, remove, steps } = await openLab();
  await create(thing('x'));
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => remove('x')));
  const won = results.filter(({ status }) => status === 'fulfilled');
  assert.equal(won.length, 1);
  for (const result of results) if (result.status === 'rejected') assert.equal(result.reason.code, 404);
  assert.equal(steps.filter((step) => step === 'afterDelete').length, 1);
});

test('R16 finalizers hold what is deleted, and the mark stays', async () => {
  const { create, remove, update, read, tried, clock } = await openLab();
  await create(thing('x', {}, { finalizers: [hold, 'example.com/two'] }));
  const { entry, gone } = await remove('x');
  assert.equal(gone, false);
  assert.deepEqual(entry.decode(), read('x'));
  const marked = read('x')!.metadata;
  assert.equal(Date.parse(marked.deletionTimestamp!), clock.now());
  assert.equal(marked.deletionGracePeriodSeconds, 0);

  clock.advance(5_000);
  tried.length = 0;
  const again = await remove('x', { gracePeriodSeconds: 30 });
  assert.deepEqual([again.gone, tried, read('x')!.metadata], [false, [], marked]);

  await update('x', () => thing('x', {}, { finalizers: [hold] }));
  const { resourceVersion: _, ...rest } = read('x')!.metadata;
  const { resourceVersion: __, ...before } = marked;
  assert.deepEqual(rest, { ...before, finalizers: [hold] }, 'an update without the mark keeps it');
  await assert.rejects(
    update('x', (old) => withFinalizers(old, [hold, 'example.com/late'])),
    { code: 422, message: /no new finalizers can be added if the object is being deleted/ },
  );
});

for (const subresource of ['', 'status']) {
  test(`R17 the update that takes the last finalizer deletes, through ${subresource || 'the object'}`, async () => {
    const { create, remove, update, read, steps, kv, cache } = await openLab();
    await create(thing('x', { a: '1' }, { finalizers: [hold] }));
    const free = (old: Thing): Thing => ({ ...withFinalizers(old, []), data: { a: '2' } });
    // Before it is marked, that is an update like any other.
    await update('x', free, { subresource });
    assert.ok(read('x'));
    await update('x', (old) => withFinalizers(old, [hold]));
    await remove('x');
    const marked = read('x')!;
    const { revision } = cache;
    steps.length = 0;
    const { entry } = await update('x', free, { subresource });
    assert.equal(read('x'), undefined);
    assert.equal(kv.revision(), revision + 1, 'by one write');
    const answer = entry.decode();
    assert.deepEqual(answer['data'], { a: '2' });
    assert.equal(answer.metadata.finalizers?.length ?? 0, 0);
    assert.equal(answer.metadata.resourceVersion, marked.metadata.resourceVersion);
    assert.deepEqual(
      steps.filter((step) => ['claim', 'commit', 'revert', 'afterDelete'].includes(step)),
      subresource === '' ? ['claim', 'revert', 'afterDelete'] : ['afterDelete'],
    );
  });
}

test('R17 … on the fresh object, when somebody was in between', async () => {
  const { create, remove, update, read, loseRaces } = await openLab();
  await create(thing('x', {}, { finalizers: [hold] }));
  await remove('x');
  loseRaces('x', 1);
  await update('x', (old) => withFinalizers(old, []));
  assert.equal(read('x'), undefined);
});

const graceful: Strategy = { gracePeriodSeconds: (_, requested) => requested ?? 30 };

test('R18 a grace period can be shortened and not prolonged', async () => {
  const { create, remove, read, clock, tried } = await openLab({ strategy: graceful });
  await create(thing('x'));
  const start = clock.now();
  const mark = () => {
    const { deletionTimestamp, deletionGracePeriodSeconds } = read('x')!.metadata;
    return [(Date.parse(deletionTimestamp!) - start) / 1_000, deletionGracePeriodSeconds];
  };
  assert.equal((await remove('x')).gone, false);
  assert.deepEqual(mark(), [30, 30]);
  clock.advance(2_000);
  tried.length = 0;
  for (const gracePeriodSeconds of [undefined, 30, 60]) await remove('x', { gracePeriodSeconds });
  assert.deepEqual([mark(), tried], [[30, 30], []]);
  await remove('x', { gracePeriodSeconds: 10 });
  assert.deepEqual(mark(), [10, 10]);
  assert.equal((await remove('x', { gracePeriodSeconds: 0 })).gone, true);
  assert.equal(read('x'), undefined);
});

test('R18 finalizers hold beyond the grace period', async () => {
  const { create, remove, update, read } = await openLab({ strategy: graceful });
  await create(thing('x', {}, { finalizers: [hold] }));
  await remove('x');
  await update('x', (old) => withFinalizers(old, []));
  assert.ok(read('x'), 'the grace period is not over');
  await update('x', (old) => withFinalizers(old, []));
  assert.equal((await remove('x', { gracePeriodSeconds: 0 })).gone, true);

  await create(thing('x', {}, { finalizers: [hold] }));
  await remove('x');
  assert.equal((await remove('x', { gracePeriodSeconds: 0 })).gone, false);
  assert.equal(read('x')!.metadata.deletionGracePeriodSeconds, 0);
  await update('x', (old) => withFinalizers(old, []));
  assert.equal(read('x'), undefined);
});

const policies: [string[] | undefined, 'Orphan' | 'Foreground' | 'Background' | undefined, string[]][] = [
  [undefined, undefined, []],
  [undefined, 'Background', []],
  [undefined, 'Orphan', ['orphan']],
  [undefined, 'Foreground', ['foregroundDeletion']],
  [['orphan'], undefined, ['orphan']],
  [['foregroundDeletion'], undefined, ['foregroundDeletion']],
  [['orphan'], 'Background', []],
  [['orphan'], 'Foreground', ['foregroundDeletion']],
  [['foregroundDeletion'], 'Orphan', ['orphan']],
  [[hold], 'Orphan', [hold, 'orphan']],
  [['orphan', hold], 'Background', [hold]],
  [['orphan', hold], 'Orphan', ['orphan', hold]],
];

for (const [given, propagation, expected] of policies) {
  test(`R20 ${propagation ?? 'no policy'} over ${given ?? 'no finalizers'} leaves ${expected.join() || 'none'}`, async () => {
    const { create, remove, read, tried } = await openLab();
    await create(thing('x', {}, given ? { finalizers: given } : {}));
    await remove('x', { propagation });
    assert.deepEqual(read('x')?.metadata.finalizers ?? [], expected);
    if (expected.length === 0) return assert.equal(read('x'), undefined);
    tried.length = 0;
    await remove('x', { propagation });
    assert.deepEqual(tried, [], 'said twice, written once');
  });
}

test('R20 the default of the kind decides when nothing else does', async () => {
  const { create, remove, read } = await openLab({ strategy: { defaultPropagation: 'Orphan' } });
  await create(thing('x'));
  await remove('x');
  assert.deepEqual(read('x')!.metadata.finalizers, ['orphan']);
  await remove('x', { propagation: 'Background' });
  assert.equal(read('x'), undefined);
});

test('R16 what becomes of the contents of a namespace is settled by its first deletion', async () => {
  const strategy: Strategy = { holdsDeletion: () => true };
  const { create, remove, read } = await openLab({ strategy });
  await create(thing('x'));
  await remove('x', { propagation: 'Foreground' });
  await remove('x', { propagation: 'Orphan' });
  assert.deepEqual(read('x')!.metadata.finalizers, ['foregroundDeletion']);
});
