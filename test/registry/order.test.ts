import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLab, thing } from './lab.ts';

const pipeline = ['produce', 'default', 'mutate', 'default', 'prepare', 'validate', 'warn', 'admit'];

test('R1 the steps of a write', async () => {
  const { steps, create, update, remove } = await openLab();
  const ran = () => steps.splice(0);
  await create(thing('x'));
  assert.deepEqual(ran(), [...pipeline, 'claim', 'commit']);
  await update('x', (old) => ({ ...old, data: { a: '1' } }));
  assert.deepEqual(ran(), [...pipeline, 'claim', 'commit']);
  await remove('x');
  assert.deepEqual(ran(), ['mutate', 'admit', 'afterDelete']);
});

test('R2 after a lost race everything runs again on the fresh object', async () => {
  const { steps, create, update, loseRaces, read } = await openLab();
  await create(thing('x', { mine: '0' }));
  steps.length = 0;
  loseRaces('x', 2);
  const seen: unknown[] = [];
  await update('x', (old) => {
    seen.push(old.data);
    return { ...old, data: { ...old.data, mine: '1' } };
  });
  assert.deepEqual(seen, [{ mine: '0' }, { mine: '0', touched: '1' }, { mine: '0', touched: '2' }]);
  const lost = [...pipeline, 'claim', 'revert'];
  assert.deepEqual(steps, [...lost, ...lost, ...pipeline, 'claim', 'commit']);
  assert.deepEqual(read('x')!.data, { mine: '1', touched: '2' });
});

test('R2 a delete is decided again too', async () => {
  const { create, remove, loseRaces, read } = await openLab();
  await create(thing('x'));
  loseRaces('x', 1, (object) => ({
    ...object,
    metadata: { ...object.metadata, finalizers: ['example.com/hold'] },
  }));
  const { gone } = await remove('x');
  assert.equal(gone, false);
  assert.ok(read('x')!.metadata.deletionTimestamp);
});

test('R2 a write that always loses is a conflict', async () => {
  const { steps, create, update, loseRaces, read } = await openLab();
  await create(thing('x'));
  steps.length = 0;
  loseRaces('x', 1_000);
  await assert.rejects(
    update('x', (old) => ({ ...old, data: { mine: '1' } })),
    { code: 409, reason: 'Conflict' },
  );
  assert.deepEqual(read('x')!.data, { touched: '100' });
  const count = (step: string) => steps.filter((ran) => ran === step).length;
  assert.deepEqual([count('claim'), count('revert'), count('commit')], [100, 100, 0]);
});

test('R3 a step that throws ends the write', async () => {
  const failing: { step?: string | undefined } = {};
  const { create, update, remove, steps, tried, read } = await openLab({ failing });
  await create(thing('x'));
  tried.length = 0;
  const before = read('x');
  const writes: [string, () => Promise<unknown>, readonly string[]][] = [
    ['create', () => create(thing('y')), [...new Set(pipeline), 'claim']],
    ['update', () => update('x', (old) => ({ ...old, data: { a: '1' } })), [...new Set(pipeline), 'claim']],
    ['delete', () => remove('x'), ['admit']],
  ];
  for (const [what, write, mayFail] of writes) {
    for (const step of mayFail) {
      steps.length = 0;
      failing.step = step;
      await assert.rejects(write, { message: `${step} failed` }, what);
      assert.equal(steps.at(-1), step);
      assert.ok(!steps.includes('commit'));
    }
  }
  failing.step = undefined;
  assert.deepEqual(tried, []);
  assert.deepEqual(read('x'), before);
});
