import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextTurn } from '../../src/apimachinery/clock.ts';

test('nextTurn runs callbacks in order, each after the microtasks of the one before', async () => {
  const log: string[] = [];
  await new Promise<void>((resolve) => {
    nextTurn(() => {
      log.push('a');
      nextTurn(() => {
        log.push('d');
        resolve();
      });
      void Promise.resolve().then(() => log.push('of a'));
    });
    nextTurn(() => log.push('b'));
    nextTurn(() => log.push('c'));
  });
  assert.deepEqual(log, ['a', 'of a', 'b', 'c', 'd']);
});

test('nextTurn leaves what does not fit into a turn of the event loop for the next ones, in the same order', async () => {
  const log: number[] = [];
  let turns = 0;
  const count = () => {
    turns++;
    if (log.length < 20) setImmediate(count);
  };
  setImmediate(count);
  for (let i = 0; i < 20; i++) {
    nextTurn(() => {
      for (const untilMs = performance.now() + 3; performance.now() < untilMs; );
      log.push(i);
    });
  }
  while (log.length < 20) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(
    log,
    Array.from({ length: 20 }, (_, i) => i),
  );
  assert.ok(turns > 4, `${turns} turns`);
});
