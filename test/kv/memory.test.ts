import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { virtualClock } from '../../src/apimachinery/clock.ts';
import { createMemoryKv } from '../../src/kv/memory/index.ts';
import { bytes, create, listed, put, recorder, remove, won } from './rules/kit.ts';
import { kvSuite } from './suite.ts';

kvSuite({
  name: 'memory',
  async withStore(use) {
    const clock = virtualClock();
    const kv = createMemoryKv({ clock });
    const reopen = () => Promise.reject(new Error('a store in memory cannot be opened again'));
    await use({ kv, reopen, passTime: async (ms) => clock.advance(ms) });
    await kv.close();
  },
  exemptions: { K27: 'nothing in memory outlives the process; a fork is the way to keep a state' },
});

describe('forks of the memory store', () => {
  test('a fork has everything, and the two go their own ways', async () => {
    const kv = createMemoryKv({ clock: virtualClock() });
    for (let i = 0; i < 600; i++) await put(kv, `/t/${i % 50}`, `${i}`);
    const at = kv.revision();
    const before = await listed(kv, '/t/');
    const forks = [kv.fork(), kv.fork()];
    for (const [i, store] of [kv, ...forks].entries()) {
      for (let round = 0; round < 300; round++) await put(store, `/t/${round % 50}`, `store ${i}, ${round}`);
      await remove(store, `/t/${i}`);
      await store.compact(at + i * 100);
    }
    for (const [i, store] of [kv, ...forks].entries()) {
      const newest = await listed(store, '/t/');
      assert.equal(newest.length, 49);
      assert.ok(newest.every((item) => item.includes(`=store ${i}, `)));
      if (i === 0) assert.deepEqual(await listed(store, '/t/', at), before);
      assert.equal(store.compactRevision(), at + i * 100);
      const sink = recorder();
      store.watch(store.compactRevision(), sink);
      await sink.reached(store.revision());
      assert.equal(sink.events.length, store.revision() - store.compactRevision() + 1);
    }
  });

  test('a fork does not see what happens to the watches, leases and end of its origin', async () => {
    const clock = virtualClock();
    const forkClock = virtualClock();
    const kv = createMemoryKv({ clock });
    const lease = await kv.grantLease(10);
    won(await kv.putIf('/t/leased', bytes('x'), 0, { lease }));
    const sink = recorder();
    kv.watch(1, sink);
    const fork = kv.fork({ clock: forkClock });
    await create(fork, '/t/fork');
    clock.advance(20_000);
    await kv.close();
    assert.deepEqual(await listed(fork, '/t/'), ['/t/fork=/t/fork', '/t/leased=x']);
    assert.ok(sink.events.every(({ key }) => key !== '/t/fork'));
    forkClock.advance(20_000);
    assert.deepEqual(await listed(fork, '/t/'), ['/t/fork=/t/fork']);
  });
});
