import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTurns } from '../../src/flowcontrol/turns.ts';
import { expectCode } from '../helpers/api.ts';
import { bench } from './kit.ts';

/** The order in which requests of these flows go on, all of them there at once. */
async function orderOf(flows: readonly string[], turns = createTurns()): Promise<string[]> {
  const order: string[] = [];
  const waits = flows.map((flow) => {
    const waiting = turns.take(flow, 0);
    if (!waiting) order.push(flow);
    return waiting?.then(() => order.push(flow));
  });
  await Promise.all(waits);
  return order;
}

const many = (flow: string, requests: number) => Array.from({ length: requests }, () => flow);

describe('turns', () => {
  it('a flow that is alone never waits', () => {
    const turns = createTurns();
    assert.deepEqual([...new Set(many('a', 1_000).map((flow) => turns.take(flow, 0)))], [undefined]);
  });

  it('nobody is served twice while another flow waits', async () => {
    const turns = createTurns();
    await orderOf(['a', 'b'], turns);
    const order = await orderOf([...many('loud', 500), 'one', 'two', 'one'], turns);
    assert.equal(order.length, 503);
    assert.deepEqual(order.slice(0, 6).sort(), ['loud', 'loud', 'loud', 'one', 'one', 'two']);
  });

  it('a flow that was alone shares as soon as there is another one', async () => {
    const turns = createTurns();
    assert.equal(turns.take('loud', 0), undefined);
    assert.equal(turns.areShared('other', 0), true);
    assert.equal(turns.take('loud', 1), undefined);
    assert.ok(turns.take('loud', 2) instanceof Promise);
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(turns.take('loud', 20_000), undefined);
    assert.equal(turns.take('loud', 20_000), undefined);
  });
});

describe('over the wire', () => {
  const pods = '/api/v1/namespaces/default/pods';

  for (const [what, calm] of [
    ['another user', 'calm'],
    ['the administrator', undefined],
  ] as const) {
    it(`${what} is answered in the midst of a flood`, async () => {
      const use = await bench();
      const quiet = calm === undefined ? use.api : use.as(calm);
      expectCode(await quiet.get(pods), 200);
      let answered = 0;
      const flood = Array.from({ length: 300 }, async () => {
        expectCode(await use.as('loud').get(pods), 200);
        answered++;
      });
      expectCode(await quiet.get(pods), 200);
      assert.ok(answered < 30, `${answered} requests were answered first`);
      await Promise.all(flood);
      await use.cluster.close();
    });
  }
});
