import assert from 'node:assert/strict';
import { delay, realClock } from '../../src/apimachinery/clock.ts';
import { type Kv, StoreUnavailableError } from '../../src/kv/types.ts';
import { bytes, type recorder, text } from '../kv/rules/kit.ts';

/** Again and again while the store is not available. */
export const tries = async (work: () => Promise<unknown>): Promise<void> => {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      await delay(realClock, 50);
    }
  }
};

/** Writers that go on through failures; what each attempt came to, by its value. */
export function traffic(kv: Kv) {
  const outcomes = new Map<string, 'done' | 'not done' | 'unknown'>();
  let stopping = false;
  const writer = async (name: string) => {
    for (let i = 0; !stopping; i++) {
      const value = `${name}.${i}`;
      try {
        await kv.putIf(`/t/${value}`, bytes(value), 0);
        outcomes.set(value, 'done');
      } catch (error) {
        assert.ok(error instanceof StoreUnavailableError, String(error));
        outcomes.set(value, error.outcomeUnknown ? 'unknown' : 'not done');
        await delay(realClock, 20);
      }
    }
  };
  const writers = ['a', 'b', 'c', 'd'].map(writer);
  return {
    outcomes,
    async stop() {
      stopping = true;
      await Promise.all(writers);
    },
  };
}

/** The store, every answer and the watch agree on what happened. */
export async function checkTraffic(
  kv: Kv,
  outcomes: ReadonlyMap<string, string>,
  sink: ReturnType<typeof recorder>,
) {
  const { items, revision } = await kv.list('/t/');
  const there = new Set(items.map(({ value }) => text(value)));
  for (const [value, outcome] of outcomes) {
    if (outcome === 'done') assert.ok(there.has(value), `${value} was acknowledged and is lost`);
    if (outcome === 'not done') assert.ok(!there.has(value), `${value} was said not to have happened`);
  }
  await sink.reached(revision);
  const order = items.toSorted((left, right) => left.modRevision - right.modRevision);
  assert.deepEqual(
    sink.events.map(({ key, revision: at }) => [key, at]),
    order.map(({ key, modRevision }) => [key, modRevision]),
  );
}
