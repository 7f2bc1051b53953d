import assert from 'node:assert/strict';
import { test } from 'node:test';
import { virtualClock } from '../../src/apimachinery/clock.ts';
import { createMemoryKv } from '../../src/kv/memory/index.ts';
import type { Kv } from '../../src/kv/types.ts';
import { allocatedPorts } from '../../src/registry/allocators/range-allocation.ts';
import { allocatedPortsKey, sharedPorts } from '../../src/registry/allocators/shared-ports.ts';
import { ObjectStore } from '../../src/storage/object-store.ts';
import { WatchCache } from '../../src/storage/watch-cache.ts';

const range = { from: 30000, to: 30099 };

function openKv(): Kv {
  return { ...createMemoryKv({ clock: virtualClock() }), shared: true };
}

/** What one of several servers on a store has. */
async function server(kv: Kv) {
  const cache = new WatchCache(kv, virtualClock(), (error) => {
    throw error;
  });
  await cache.start();
  return sharedPorts(new ObjectStore(kv, cache), range);
}

async function taken(kv: Kv): Promise<number[]> {
  const { kv: item } = await kv.get(allocatedPortsKey);
  return item ? [...allocatedPorts(JSON.parse(Buffer.from(item.value).toString()))].sort() : [];
}

test('a port is had by one of two servers; a claim of several is all or nothing', async () => {
  const kv = openKv();
  const [one, two] = [await server(kv), await server(kv)];
  const answers = await Promise.all([one.claim([30001, 30002]), two.claim([30002, 30003])]);
  assert.deepEqual(answers, [[], [30002]]);
  assert.deepEqual(await taken(kv), [30001, 30002]);
  assert.equal(two.isTaken(30001), true);
  assert.equal(two.isTaken(30003), false);
  await two.release([30002]);
  assert.deepEqual(await two.claim([30002, 30003]), []);
  assert.deepEqual(await taken(kv), [30001, 30002, 30003]);
});

test('what is wanted at the same time is written together', async () => {
  const kv = openKv();
  const one = await server(kv);
  const before = kv.revision();
  const ports = Array.from({ length: 60 }, (_, i) => range.from + i);
  const answers = await Promise.all(ports.map((port) => one.claim([port])));
  assert.deepEqual(answers.flat(), []);
  assert.deepEqual(await taken(kv), ports);
  assert.ok(kv.revision() - before <= 2, `${kv.revision() - before} writes`);
});

test('a repair claims what services have, and gives back what no service had for long', async () => {
  const kv = openKv();
  const one = await server(kv);
  await one.claim([30001, 30002]);
  const held = new Set([30002, 30009]);
  for (let repairs = 1; repairs <= 3; repairs++) {
    await one.repair(held);
    assert.deepEqual(await taken(kv), [30001, 30002, 30009], `after ${repairs}`);
  }
  // Seen with a service in between: not a leak, the count begins anew.
  await one.repair(new Set([...held, 30001]));
  for (let repairs = 1; repairs <= 3; repairs++) await one.repair(held);
  assert.deepEqual(await taken(kv), [30001, 30002, 30009]);
  await one.repair(held);
  assert.deepEqual(await taken(kv), [30002, 30009]);
  const revision = kv.revision();
  await one.repair(held);
  assert.equal(kv.revision(), revision, 'nothing is written when nothing is wrong');
});
