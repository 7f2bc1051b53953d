import assert from 'node:assert/strict';
import { CompactedError, FutureRevisionError } from '../../../src/kv/types.ts';
import type { Rule } from '../suite.ts';
import { bytes, create, listed, plain, put, remove, text } from './kit.ts';

export const readRules: readonly Rule[] = [
  {
    number: 'K4',
    title: 'get gives the newest value',
    async check({ kv }) {
      const created = await create(kv, '/t/a', 'one');
      await create(kv, '/t/b', 'other');
      const changed = await put(kv, '/t/a', 'two');
      const answer = await kv.get('/t/a');
      assert.deepEqual(plain(answer.kv), {
        key: '/t/a',
        value: 'two',
        modRevision: changed,
        createRevision: created,
      });
      await remove(kv, '/t/a');
      assert.equal((await kv.get('/t/a')).kv, undefined);
      assert.equal((await kv.get('/t/')).kv, undefined);
    },
  },
  {
    number: 'K5',
    title: 'get at a revision gives what was there then',
    async check({ kv }) {
      const before = kv.revision();
      const first = await create(kv, '/t/a', 'one');
      await create(kv, '/t/b');
      const second = await put(kv, '/t/a', 'two');
      const deleted = await remove(kv, '/t/a');
      await create(kv, '/t/c');
      const again = await create(kv, '/t/a', 'three');
      const values: [number, object | undefined][] = [
        [before, undefined],
        [first, { value: 'one', modRevision: first, createRevision: first }],
        [second - 1, { value: 'one', modRevision: first, createRevision: first }],
        [second, { value: 'two', modRevision: second, createRevision: first }],
        [deleted, undefined],
        [again - 1, undefined],
        [again, { value: 'three', modRevision: again, createRevision: again }],
      ];
      for (const [revision, expected] of values) {
        const answer = await kv.get('/t/a', revision);
        assert.equal(answer.revision, revision);
        assert.deepEqual(plain(answer.kv), expected && { key: '/t/a', ...expected });
      }
    },
  },
  {
    number: 'K6',
    title: 'list gives a prefix in byte order, in pages',
    async check({ kv }) {
      const inside = [
        '/t/p/!',
        '/t/p/A',
        '/t/p/Z',
        '/t/p/a',
        '/t/p/a-b',
        '/t/p/a.b',
        '/t/p/a/b',
        '/t/p/ab',
        '/t/p/~',
      ];
      const outside = ['/t/o/a', '/t/p', '/t/p.', '/t/p-/a', '/t/p0', '/t/pa/a', '/t/q/a', '/s/p/a'];
      for (const key of [...inside, ...outside].toReversed()) await create(kv, key);
      const keys = async (options: Parameters<typeof kv.list>[1] = {}) => {
        const { items, more } = await kv.list('/t/p/', options);
        return { keys: items.map(({ key }) => key), more };
      };
      assert.deepEqual(await keys(), { keys: inside.toSorted(), more: false });
      for (const limit of [1, 2, 4, 8, 9, 10]) {
        const pages: string[] = [];
        for (let startKey: string | undefined = '/t/p/'; startKey; ) {
          const page: Awaited<ReturnType<typeof keys>> = await keys({ limit, startKey });
          assert.ok(page.keys.length <= limit);
          pages.push(...page.keys);
          startKey = page.more ? `${page.keys.at(-1)} ` : undefined;
        }
        assert.deepEqual(pages, inside.toSorted(), `limit ${limit}`);
      }
      assert.deepEqual((await keys({ startKey: '/t/p/a.b' })).keys, inside.toSorted().slice(5));
      assert.deepEqual((await keys({ startKey: '/a' })).keys, inside.toSorted());
      assert.deepEqual((await keys({ startKey: '/t/p0' })).keys, []);
      assert.deepEqual((await kv.list('/t/none/')).items, []);
    },
  },
  {
    number: 'K7',
    title: 'pages at one revision are one snapshot',
    async check({ kv }) {
      const names = Array.from({ length: 60 }, (_, i) => `/t/${String(i).padStart(3, '0')}`);
      await Promise.all(names.map((name) => kv.putIf(name, bytes('old'), 0)));
      const revision = kv.revision();
      const found: string[] = [];
      let startKey = '/t/';
      for (let more = true, round = 0; more; round++) {
        const page = await kv.list('/t/', { revision, startKey, limit: 7 });
        assert.equal(page.revision, revision);
        found.push(...page.items.map(({ key, value }) => `${key}=${text(value)}`));
        ({ more } = page);
        startKey = `${page.items.at(-1)!.key} `;
        await put(kv, names[59 - round]!, 'new');
        await remove(kv, names[50 - round]!);
        await create(kv, `${names[45 - round]}-between`);
      }
      assert.deepEqual(
        found,
        names.map((name) => `${name}=old`),
      );
      assert.deepEqual(await listed(kv, '/t/', revision), found);
      assert.notDeepEqual(await listed(kv, '/t/'), found);
    },
  },
  {
    number: 'K8',
    title: 'count counts a prefix',
    async check({ kv }) {
      for (const key of ['/t/a/1', '/t/a/2', '/t/a/3', '/t/ab/1', '/t/b/1']) await create(kv, key);
      const revision = await remove(kv, '/t/a/2');
      assert.deepEqual(await kv.count('/t/a/'), { revision, count: 2 });
      assert.deepEqual(await kv.count('/t/'), { revision, count: 4 });
      assert.deepEqual(await kv.count('/t/c/'), { revision, count: 0 });
    },
  },
  {
    number: 'K9',
    title: 'revisions of the future and of compacted history are refused',
    async check({ kv }) {
      await create(kv, '/t/a', 'one');
      const newest = await put(kv, '/t/a', 'two');
      const reads = (revision: number) => [
        () => kv.get('/t/a', revision),
        () => kv.list('/t/', { revision }),
      ];
      for (const read of reads(newest + 5))
        await assert.rejects(
          read,
          (error) => error instanceof FutureRevisionError && error.currentRevision === newest,
        );
      await kv.compact(newest);
      for (const read of reads(newest - 1))
        await assert.rejects(
          read,
          (error) => error instanceof CompactedError && error.compactRevision === newest,
        );
      for (const read of reads(newest)) await read();
    },
  },
];
