import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSlices } from '../../src/apimachinery/slices.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Tasks that take 5 ms each by a clock that only they move. */
function open() {
  let nowMs = 0;
  const log: string[] = [];
  const slices = createSlices({ monotonicMs: () => nowMs });
  const start = (name: string) =>
    slices.start(() => {
      nowMs += 5;
      log.push(name);
    });
  return { slices, start, log };
}

test('slices start tasks in order and let the event loop turn when there was enough', async () => {
  const { start, log } = open();
  for (const name of ['a', 'b', 'c', 'd', 'e']) start(name);
  assert.deepEqual(log, ['a']);
  await Promise.resolve();
  await Promise.resolve();
  assert.deepEqual(log, ['a', 'b']);
  start('f');
  for (let before = log.length; before < 6; before = log.length) {
    await turn();
    assert.ok(log.length - before <= 2, log.join(' '));
  }
  assert.deepEqual(log, ['a', 'b', 'c', 'd', 'e', 'f']);
});

test('slices start everything at once when they are finished, and each task once', async () => {
  const { slices, start, log } = open();
  for (const name of ['a', 'b', 'c', 'd']) start(name);
  slices.finish();
  assert.deepEqual(log, ['a', 'b', 'c', 'd']);
  await turn();
  await turn();
  start('e');
  await turn();
  assert.deepEqual(log, ['a', 'b', 'c', 'd', 'e']);
});
