import assert from 'node:assert/strict';
import { LeaseNotFoundError } from '../../../src/kv/types.ts';
import type { Rule } from '../suite.ts';
import { bytes, create, listed, plainEvent, recorder, won } from './kit.ts';

export const leaseRules: readonly Rule[] = [
  {
    number: 'K24',
    title: 'a lease that ran out takes its keys along',
    async check({ kv, passTime }) {
      const sink = recorder();
      kv.watch(kv.revision() + 1, sink, { previous: true });
      const lease = await kv.grantLease(2);
      const other = await kv.grantLease(3_600);
      assert.notEqual(lease, other);
      const one = won(await kv.putIf('/t/a', bytes('one'), 0, { lease }));
      won(await kv.putIf('/t/b', bytes('two'), 0, { lease }));
      won(await kv.putIf('/t/other', bytes('other'), 0, { lease: other }));
      const kept = await create(kv, '/t/kept', 'kept');
      await passTime(1_000);
      assert.equal((await kv.count('/t/')).count, 4);
      // A store may look for dead leases only now and then; two time-to-lives are enough for every one.
      await passTime(3_000);
      assert.deepEqual(await listed(kv, '/t/'), ['/t/kept=kept', '/t/other=other']);
      await sink.reached(kv.revision());
      const deletes = sink.events.slice(4).map(plainEvent);
      assert.deepEqual(deletes.map(({ key }) => key).sort(), ['/t/a', '/t/b']);
      assert.deepEqual(deletes.find(({ key }) => key === '/t/a')!.previous, {
        key: '/t/a',
        value: 'one',
        modRevision: one,
        createRevision: one,
      });
      assert.ok(deletes[0]!.revision > kept && deletes[1]!.revision > deletes[0]!.revision);
      await assert.rejects(kv.putIf('/t/late', bytes('x'), 0, { lease }), LeaseNotFoundError);
      await create(kv, '/t/a', 'again');
    },
  },
  {
    number: 'K25',
    title: 'revoking a lease deletes its keys at once, and only those still under it',
    async check({ kv, passTime }) {
      const lease = await kv.grantLease(60);
      const other = await kv.grantLease(60);
      const under = async (key: string) => won(await kv.putIf(key, bytes('x'), 0, { lease }));
      const first = await under('/t/a');
      await under('/t/b');
      const moved = await under('/t/moved');
      const left = await under('/t/left');
      const gone = await under('/t/gone');
      won(await kv.putIf('/t/a', bytes('y'), first, { lease }));
      won(await kv.putIf('/t/moved', bytes('y'), moved, { lease: other }));
      won(await kv.putIf('/t/left', bytes('y'), left));
      won(await kv.deleteIf('/t/gone', gone));
      await create(kv, '/t/gone', 'again');
      const before = kv.revision();
      await kv.revokeLease(lease);
      assert.deepEqual(await listed(kv, '/t/'), ['/t/gone=again', '/t/left=y', '/t/moved=y']);
      assert.ok(kv.revision() > before);
      await assert.rejects(kv.revokeLease(lease), LeaseNotFoundError);
      await assert.rejects(kv.putIf('/t/c', bytes('x'), 0, { lease }), LeaseNotFoundError);
      await passTime(1_000);
      await kv.revokeLease(other);
      assert.deepEqual(await listed(kv, '/t/'), ['/t/gone=again', '/t/left=y']);
    },
  },
];
