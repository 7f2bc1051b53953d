import assert from 'node:assert/strict';
import { CompactedError, StoreUnavailableError } from '../../../src/kv/types.ts';
import type { Rule } from '../suite.ts';
import { bytes, create, listed, plain, plainEvent, put, recorder, remove, won } from './kit.ts';

export const closingRules: readonly Rule[] = [
  {
    number: 'K26',
    title: 'close finishes queued writes, tells the watches and refuses the rest',
    async check({ kv }) {
      const created = await create(kv, '/t/a');
      const sink = recorder();
      kv.watch(1, sink);
      await sink.reached(created);
      const queued = Array.from({ length: 50 }, (_, i) => kv.putIf(`/t/${i}`, bytes('x'), 0));
      const closing = kv.close();
      (await Promise.all(queued)).forEach(won);
      await closing;
      await kv.close();
      assert.equal(sink.events.length, 51);
      assert.ok((await sink.failed()) instanceof StoreUnavailableError);
      for (const call of [
        () => kv.get('/t/a'),
        () => kv.list('/t/'),
        () => kv.count('/t/'),
        () => kv.putIf('/t/a', bytes('x'), created),
        () => kv.deleteIf('/t/a', created),
        () => kv.currentRevision(),
        () => kv.compact(created),
        () => kv.grantLease(1),
        () => kv.revokeLease(1),
      ])
        await assert.rejects(
          call,
          (error) => error instanceof StoreUnavailableError && !error.outcomeUnknown,
        );
      assert.throws(() => kv.watch(1, recorder()), StoreUnavailableError);
      assert.equal(sink.errors.length, 1);
    },
  },
  {
    number: 'K27',
    title: 'a store opened again is the one that was closed',
    async check({ kv, reopen, passTime }) {
      const short = await kv.grantLease(5);
      const long = await kv.grantLease(3_600);
      for (let i = 0; i < 20; i++) await put(kv, '/t/a', `${i}`);
      const floor = await create(kv, '/t/gone', 'x');
      await remove(kv, '/t/gone');
      won(await kv.putIf('/t/short', bytes('s'), 0, { lease: short }));
      won(await kv.putIf('/t/long', bytes('l'), 0, { lease: long }));
      await kv.compact(floor);
      const last = await put(kv, '/t/a', 'last');
      const before = recorder();
      kv.watch(floor, before, { previous: true });
      await before.reached(last);
      const old = await listed(kv, '/t/', floor);
      const item = plain((await kv.get('/t/a')).kv);
      await kv.close();

      const again = await reopen();
      assert.deepEqual([again.revision(), again.compactRevision()], [last, floor]);
      assert.deepEqual(plain((await again.get('/t/a')).kv), item);
      assert.deepEqual(await listed(again, '/t/', floor), old);
      await assert.rejects(again.get('/t/a', floor - 1), CompactedError);
      const after = recorder();
      again.watch(floor, after, { previous: true });
      await after.reached(last);
      assert.deepEqual(after.events.map(plainEvent), before.events.map(plainEvent));
      await passTime(10_000);
      assert.deepEqual(await listed(again, '/t/'), ['/t/a=last', '/t/long=l']);
      await again.revokeLease(long);
      assert.deepEqual(await listed(again, '/t/'), ['/t/a=last']);
      assert.ok((await put(again, '/t/a', 'next')) > last);
    },
  },
];
