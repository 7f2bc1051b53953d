import assert from 'node:assert/strict';
import type { Rule } from '../suite.ts';
import { bytes, create, listed, plain, put, remove, won } from './kit.ts';

export const writeRules: readonly Rule[] = [
  {
    number: 'K10',
    title: 'putIf creates and replaces',
    async check({ kv }) {
      const created = await create(kv, '/t/a', 'one');
      const changed = won(await kv.putIf('/t/a', bytes('two'), created));
      assert.equal((await kv.get('/t/a')).kv?.createRevision, created);
      won(await kv.deleteIf('/t/a', changed));
      const again = await create(kv, '/t/a', 'three');
      assert.deepEqual(plain((await kv.get('/t/a')).kv), {
        key: '/t/a',
        value: 'three',
        modRevision: again,
        createRevision: again,
      });
    },
  },
  {
    number: 'K11',
    title: 'a lost comparison changes nothing and tells what is there',
    async check({ kv }) {
      const created = await create(kv, '/t/a', 'one');
      const changed = await put(kv, '/t/a', 'two');
      for (const lost of [
        await kv.putIf('/t/a', bytes('lost'), 0),
        await kv.putIf('/t/a', bytes('lost'), created),
        await kv.putIf('/t/a', bytes('lost'), changed + 1),
        await kv.deleteIf('/t/a', created),
        await kv.deleteIf('/t/a', 0),
      ]) {
        assert.ok(!lost.ok);
        assert.equal(lost.revision, changed);
        assert.deepEqual(plain(lost.current), {
          key: '/t/a',
          value: 'two',
          modRevision: changed,
          createRevision: created,
        });
      }
      assert.deepEqual(await kv.putIf('/t/none', bytes('x'), created), {
        ok: false,
        revision: changed,
        current: undefined,
      });
      assert.deepEqual(await listed(kv, '/t/'), ['/t/a=two']);
    },
  },
  {
    number: 'K12',
    title: 'deleteIf deletes what it names',
    async check({ kv }) {
      const created = await create(kv, '/t/a');
      const missing = await kv.deleteIf('/t/b', created);
      assert.deepEqual(missing, { ok: false, revision: created, current: undefined });
      assert.deepEqual((await kv.deleteIf('/t/b', 0)).ok, false);
      const deleted = won(await kv.deleteIf('/t/a', created));
      assert.ok(deleted > created);
      assert.deepEqual(await kv.deleteIf('/t/a', created), {
        ok: false,
        revision: deleted,
        current: undefined,
      });
      assert.deepEqual((await kv.deleteIf('/t/a', deleted)).ok, false);
      await create(kv, '/t/a');
      await remove(kv, '/t/a');
      assert.deepEqual(await listed(kv, '/t/'), []);
    },
  },
  {
    number: 'K13',
    title: 'one of several writers wins',
    async check({ kv }) {
      let expected = 0;
      for (let round = 0; round < 5; round++) {
        const results = await Promise.all(
          Array.from({ length: 8 }, (_, i) => kv.putIf('/t/a', bytes(`${round}.${i}`), expected)),
        );
        const winner = results.findIndex(({ ok }) => ok);
        assert.equal(results.filter(({ ok }) => ok).length, 1);
        const { kv: now } = await kv.get('/t/a');
        assert.deepEqual(plain(now)?.value, `${round}.${winner}`);
        for (const result of results) if (!result.ok) assert.deepEqual(plain(result.current), plain(now));
        expected = results[winner]!.revision;
      }
      const deletes = await Promise.all(Array.from({ length: 4 }, () => kv.deleteIf('/t/a', expected)));
      assert.equal(deletes.filter(({ ok }) => ok).length, 1);
    },
  },
  {
    number: 'K14',
    title: 'values are bytes, and limits are kept',
    async check({ kv }) {
      const allBytes = Uint8Array.from({ length: 1_024 }, (_, i) => i & 0xff);
      const large = new Uint8Array(8 * 1_024 * 1_024).fill(7);
      // A view into a larger buffer: only the part it shows is the value.
      const view = allBytes.subarray(100, 130);
      const values = { '/t/empty': new Uint8Array(), '/t/all': allBytes, '/t/large': large, '/t/view': view };
      await Promise.all(Object.entries(values).map(([key, value]) => kv.putIf(key, value, 0)));
      for (const [key, value] of Object.entries(values)) {
        const { kv: item } = await kv.get(key);
        assert.ok(item && Buffer.compare(item.value, value) === 0, key);
      }
      const { items } = await kv.list('/t/');
      for (const item of items)
        assert.ok(Buffer.compare(item.value, values[item.key as keyof typeof values]) === 0);

      const longest = `/${'k'.repeat(1_023)}`;
      const revision = await create(kv, longest, 'x');
      for (const key of ['', `${longest}k`, '/t/\u00e9', '/t/\n', '/t/\u0000'])
        await assert.rejects(() => kv.putIf(key, bytes('x'), 0), RangeError, JSON.stringify(key));
      await assert.rejects(() => kv.putIf('/t/huge', new Uint8Array(large.length + 1), 0), RangeError);
      await assert.rejects(() => kv.list('/t/no-slash'), RangeError);
      for (const bad of [-1, 1.5, Number.NaN])
        await assert.rejects(() => kv.putIf('/t/a', bytes('x'), bad), RangeError);
      assert.equal(kv.revision(), revision);
    },
  },
];
