import assert from 'node:assert/strict';
import type { Rule } from '../suite.ts';
import { bytes, create, put, remove, won } from './kit.ts';

export const revisionRules: readonly Rule[] = [
  {
    number: 'K1',
    title: 'a fresh store is empty and at revision 1',
    async check({ kv }) {
      assert.equal(kv.revision(), 1);
      assert.equal(kv.compactRevision(), 1);
      assert.deepEqual(await kv.get('/t/a'), { revision: 1, kv: undefined });
      assert.deepEqual(await kv.get('/t/a', 1), { revision: 1, kv: undefined });
      assert.deepEqual(await kv.list('/t/'), { revision: 1, items: [], more: false });
      assert.deepEqual(await kv.count('/t/'), { revision: 1, count: 0 });
    },
  },
  {
    number: 'K2',
    title: 'every write has a larger revision, a lost comparison has none',
    async check({ kv }) {
      const revisions = [
        kv.revision(),
        await create(kv, '/t/a'),
        await put(kv, '/t/a', '2'),
        await remove(kv, '/t/a'),
      ];
      const lost = await kv.deleteIf('/t/a', revisions[2]!);
      assert.deepEqual(lost, { ok: false, revision: revisions[3], current: undefined });
      assert.equal(kv.revision(), revisions[3]);
      const many = await Promise.all(
        Array.from({ length: 50 }, (_, i) => kv.putIf(`/t/${i}`, bytes('x'), 0)),
      );
      // Writes at the same time have whatever order the store gives them.
      revisions.push(...many.map(won).sort((left, right) => left - right));
      assert.ok(revisions.every((revision, i) => i === 0 || revision > revisions[i - 1]!));
    },
  },
  {
    number: 'K3',
    title: 'answers never go back',
    async check({ kv }) {
      let newest = kv.revision();
      const saw = (revision: number) => {
        assert.ok(revision >= newest, `${revision} after ${newest}`);
        newest = revision;
        assert.ok(kv.revision() >= revision);
      };
      await Promise.all(
        Array.from({ length: 30 }, async (_, i) => {
          const written = await kv.putIf(`/t/${i}`, bytes('x'), 0);
          assert.ok(kv.revision() >= written.revision);
          // From here on the answers to this writer begin at its own write.
          for (const answer of [await kv.get(`/t/${i}`), await kv.list('/t/'), await kv.count('/t/')])
            assert.ok(answer.revision >= written.revision);
        }),
      );
      for (let i = 0; i < 10; i++) {
        saw((await kv.get('/t/1')).revision);
        saw(await put(kv, '/t/1', `${i}`));
        saw((await kv.list('/t/')).revision);
        saw((await kv.count('/t/')).revision);
        saw(await kv.currentRevision());
      }
    },
  },
];
