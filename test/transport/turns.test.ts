import assert from 'node:assert/strict';
import { it } from 'node:test';
import { virtualClock } from '../../src/apimachinery/clock.ts';
import { createTurns } from '../../src/transport/https/turns.ts';

it('connections take turns, however many requests one of them sends at once', async () => {
  const clock = virtualClock();
  const turns = createTurns(clock);
  const [loud, calm] = [{}, {}];
  const order: string[] = [];
  const done = new Promise<void>((resolve) => {
    const start = (source: object, name: string) =>
      turns(source, () => {
        clock.advance(3);
        if (order.push(name) === 7) resolve();
      });
    for (const name of ['a', 'b', 'c', 'd', 'e']) start(loud, name);
    for (const name of ['1', '2']) start(calm, name);
  });
  assert.deepEqual(order.slice(0, 1), ['a']);
  await done;
  assert.deepEqual(order, ['a', 'b', '1', 'c', '2', 'd', 'e']);
});
