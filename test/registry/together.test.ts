import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { ApiError } from '../../src/apimachinery/status.ts';
import { openLab, type Thing, thing } from './lab.ts';

const seed = Number(process.env['SEED'] ?? 1);
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const isConflict = (error: unknown) => error instanceof ApiError && error.code === 409;
const counted = ({ data }: Thing) => Number(data?.['count'] ?? 0);

test('R23 a counter under optimistic locking counts every success once', async () => {
  const { create, update, read, faults } = await openLab();
  const random = seededRandom(seed);
  await create(thing('x'));
  let successes = 0;
  let conflicts = 0;
  // Every write takes its time, so that the others get in between.
  faults.beforeWrite = async () => {
    for (let turns = random.int(3); turns > 0; turns--) await turn();
  };
  const writer = async () => {
    for (let done = 0; done < 15; ) {
      const seen = read('x')!;
      const wanted = { ...seen, data: { ...seen.data, count: String(counted(seen) + 1) } };
      await turn();
      try {
        await update('x', () => structuredClone(wanted));
        successes++;
        done++;
      } catch (error) {
        assert.ok(isConflict(error), String(error));
        conflicts++;
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, writer));
  assert.equal(counted(read('x')!), 120);
  assert.equal(successes, 120);
  assert.ok(conflicts > 0);
});

test('R23 patches of different fields all land, without a conflict', async () => {
  const { create, update, read } = await openLab();
  await create(thing('x'));
  const fields = Array.from({ length: 40 }, (_, i) => `f${i}`);
  await Promise.all(
    fields.map((field) => update('x', (old) => ({ ...old, data: { ...old.data, [field]: 'yes' } }))),
  );
  assert.deepEqual(Object.keys(read('x')!.data!).sort(), [...fields].sort());
});

test('R23 one of many creates of a name wins, and the others claim nothing', async () => {
  const { create, steps, read } = await openLab();
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) => create(thing('x', { writer: String(i) }))),
  );
  const won = results.findIndex(({ status }) => status === 'fulfilled');
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
  assert.deepEqual(read('x')!.data, { writer: String(won) });
  const count = (step: string) => steps.filter((ran) => ran === step).length;
  assert.deepEqual([count('claim'), count('commit'), count('revert')], [20, 1, 19]);
});

test('R23 creates, updates and deletes of one name leave what the last success says', async () => {
  const { create, update, remove, read, steps, cache, keyOf } = await openLab();
  const random = seededRandom(seed);
  let lives = 0;
  const events: string[] = [];
  cache.subscribe(keyOf('x'), cache.revision, ({ type, previous }) => {
    events.push(type === 'delete' ? 'delete' : previous ? 'update' : 'create');
  });
  const successes = { create: 0, update: 0, delete: 0 };
  const attempt = async (what: keyof typeof successes, work: () => Promise<unknown>) => {
    try {
      await work();
      successes[what]++;
    } catch (error) {
      assert.ok(error instanceof ApiError && [404, 409].includes(error.code), String(error));
    }
  };
  const worker = async () => {
    for (let i = 0; i < 25; i++) {
      await turn();
      const choice = random.int(4);
      if (choice === 0) await attempt('create', () => create(thing('x', { life: String(++lives) })));
      else if (choice === 1) await attempt('delete', () => remove('x'));
      else
        await attempt('update', () => update('x', (old) => ({ ...old, data: { ...old.data, n: `${i}` } })));
    }
  };
  await Promise.all(Array.from({ length: 6 }, worker));
  const count = (event: string) => events.filter((name) => name === event).length;
  assert.deepEqual([count('create'), count('delete')], [successes.create, successes.delete]);
  assert.ok(count('update') <= successes.update, 'some changed nothing');
  assert.equal(read('x') !== undefined, successes.create === successes.delete + 1);
  assert.equal(steps.filter((step) => step === 'afterDelete').length, successes.delete);
});
