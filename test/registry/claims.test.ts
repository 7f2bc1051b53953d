import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreUnavailableError } from '../../src/kv/types.ts';
import { openLab, type Thing, thing } from './lab.ts';

const settling = ['claim', 'claim (dry)', 'commit', 'revert', 'afterDelete'];
const changed = (old: Thing): Thing => ({ ...old, data: { changed: 'yes' } });

test('R21 a claim is settled once, however the write ends', async () => {
  const lab = await openLab();
  const { create, update, remove, faults, loseRaces } = lab;
  const fail = async (outcomeUnknown: boolean) => {
    faults.beforeWrite = () => {
      throw new StoreUnavailableError('broken', outcomeUnknown);
    };
  };
  const sound = async () => {
    faults.beforeWrite = undefined;
  };
  const endings: [string, () => Promise<unknown>, string[]][] = [
    ['create', () => create(thing('x')), ['claim', 'commit']],
    ['create of what is taken', () => create(thing('x')), ['claim', 'revert']],
    ['update', () => update('x', changed), ['claim', 'commit']],
    ['update of nothing', () => update('x', changed), ['claim', 'commit']],
    [
      'update after two lost races',
      () => {
        loseRaces('x', 2);
        return update('x', (old) => ({ ...old, data: {} }));
      },
      ['claim', 'revert', 'claim', 'revert', 'claim', 'commit'],
    ],
    ['update in a store that fails', () => fail(false).then(() => update('x', changed)), ['claim', 'revert']],
    ['create in a store that fails', () => create(thing('y')), ['claim', 'revert']],
    ['update of which nobody knows', () => fail(true).then(() => update('x', changed)), ['claim']],
    ['create of which nobody knows', () => create(thing('y')), ['claim']],
    ['dry run', () => sound().then(() => update('x', changed, { dryRun: true })), ['claim (dry)']],
    ['delete', () => remove('x'), ['afterDelete']],
    ['delete of nothing', () => remove('x'), []],
  ];
  for (const [what, write, expected] of endings) {
    lab.steps.length = 0;
    await write().catch(() => {});
    assert.deepEqual(
      lab.steps.filter((step) => settling.includes(step)),
      expected,
      what,
    );
  }
});

for (const step of ['commit', 'revert']) {
  test(`R21 a ${step} that fails is not tried again`, async () => {
    const failing: { step?: string | undefined } = {};
    const { create, update, steps, loseRaces } = await openLab({ failing });
    await create(thing('x'));
    steps.length = 0;
    failing.step = step;
    loseRaces('x', 1);
    await assert.rejects(update('x', changed), { message: `${step} failed` });
    assert.equal(steps.filter((ran) => ran === step).length, 1);
    const settled = steps.filter((ran) => ran === 'commit' || ran === 'revert').length;
    assert.equal(settled, steps.filter((ran) => ran === 'claim').length);
  });
}

test('R22 afterDelete comes once for what goes, and not for what stays', async () => {
  const { create, update, remove, steps } = await openLab();
  const count = () => steps.filter((step) => step === 'afterDelete').length;
  await create(thing('x', {}, { finalizers: ['example.com/hold'] }));
  await remove('x');
  await remove('x', {}, true);
  assert.equal(count(), 0);
  await update('x', (old) => ({ ...old, metadata: { ...old.metadata, finalizers: [] } }));
  assert.equal(count(), 1);
});

test('R26 what admission reserves is given back once, when the write does not happen', async () => {
  const events: string[] = [];
  const lab = await openLab({
    failing: {},
    admit: ({ reserve, object }) => {
      events.push('reserve');
      reserve?.(async () => void events.push('give back'));
      if (object?.metadata.labels?.['refused']) throw new Error('refused');
    },
  });
  const { create, update, remove, faults, loseRaces } = lab;
  const failing = (outcomeUnknown: boolean) => {
    faults.beforeWrite = () => {
      throw new StoreUnavailableError('broken', outcomeUnknown);
    };
  };
  const held = { finalizers: ['example.com/hold'] };
  const endings: [string, () => Promise<unknown>, string[]][] = [
    ['create', () => create(thing('x', {}, held)), ['reserve']],
    ['create of what is taken', () => create(thing('x')), ['reserve', 'give back']],
    ['refused later', () => create(thing('z', {}, { labels: { refused: 'y' } })), ['reserve', 'give back']],
    ['update', () => update('x', changed), ['reserve']],
    [
      'update after a lost race',
      () => {
        loseRaces('x', 1);
        return update('x', (old) => ({ ...old, data: {} }));
      },
      ['reserve', 'give back', 'reserve'],
    ],
    [
      'update in a store that fails',
      () => {
        failing(false);
        return update('x', changed);
      },
      ['reserve', 'give back'],
    ],
    [
      'update of which nobody knows',
      () => {
        failing(true);
        return update('x', changed);
      },
      ['reserve'],
    ],
    [
      'update that turns out to delete',
      async () => {
        faults.beforeWrite = undefined;
        await remove('x');
        events.length = 0;
        await update('x', (old) => ({ ...old, metadata: { ...old.metadata, finalizers: [] } }));
      },
      ['reserve', 'give back'],
    ],
  ];
  for (const [what, write, expected] of endings) {
    events.length = 0;
    await write().catch(() => {});
    assert.deepEqual(events, expected, what);
  }
});
