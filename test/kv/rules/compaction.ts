import assert from 'node:assert/strict';
import { CompactedError, FutureRevisionError } from '../../../src/kv/types.ts';
import type { Rule } from '../suite.ts';
import { bytes, create, listed, plainEvent, put, recorder, remove, won } from './kit.ts';

export const compactionRules: readonly Rule[] = [
  {
    number: 'K22',
    title: 'what is at and after the floor stays',
    async check({ kv }) {
      for (let round = 0; round < 40; round++) {
        for (const name of ['a', 'b', 'c']) await put(kv, `/t/${name}`, `${round}`);
        if (round % 3 === 0) await remove(kv, '/t/c');
      }
      await create(kv, '/t/once');
      const last = await remove(kv, '/t/b');
      const floor = last - 60;
      const snapshots = async () => {
        const lists: string[][] = [];
        for (let revision = floor; revision <= last; revision += 5)
          lists.push(await listed(kv, '/t/', revision));
        const sink = recorder();
        const watch = kv.watch(floor, sink, { previous: true });
        await sink.reached(last);
        watch.stop();
        return { lists, events: sink.events.map(plainEvent) };
      };
      const before = await snapshots();
      await kv.compact(floor);
      assert.equal(kv.compactRevision(), floor);
      assert.deepEqual(await snapshots(), before);
      await kv.compact(floor);
      await kv.compact(floor - 7);
      assert.equal(kv.compactRevision(), floor);
      await assert.rejects(kv.compact(last + 5), FutureRevisionError);
      assert.deepEqual(await snapshots(), before);
      await kv.compact(last);
      assert.deepEqual(await listed(kv, '/t/'), before.lists.at(-1));
      assert.equal(kv.revision(), last);
    },
  },
  {
    number: 'K22',
    title: 'a delete at the floor is still told, with what it deleted',
    async check({ kv }) {
      await create(kv, '/t/a', 'last words');
      const gone = await remove(kv, '/t/a');
      const next = await create(kv, '/t/b');
      await kv.compact(gone);
      const sink = recorder();
      kv.watch(gone, sink, { previous: true });
      await sink.reached(next);
      assert.deepEqual(
        sink.events.map(plainEvent).map(({ type, key, value, revision }) => [type, key, value, revision]),
        [
          ['delete', '/t/a', 'last words', gone],
          ['put', '/t/b', '/t/b', next],
        ],
      );
    },
  },
  {
    number: 'K23',
    title: 'no event is lost where a compaction meets a delete',
    async check({ kv }) {
      for (let round = 0; round < 30; round++) {
        const made = await create(kv, '/t/a', `${round}`);
        const sink = recorder();
        const [gone] = await Promise.all([remove(kv, '/t/a'), kv.watch(made, sink, { previous: true })]);
        await Promise.all([kv.compact(gone), create(kv, `/t/after-${round}`)]);
        await sink.reached(kv.revision()).catch((error) => assert.ok(error instanceof CompactedError));
        const told = sink.events.map(({ type, key }) => `${type} ${key}`);
        // A watch that had not begun before the compaction is refused, and then it has told nothing.
        const all = ['put /t/a', 'delete /t/a', `put /t/after-${round}`];
        assert.deepEqual(told, sink.errors.length > 0 ? [] : all);
      }
    },
  },
  {
    number: 'K23',
    title: 'compaction disturbs nothing under way',
    async check({ kv }) {
      const names = Array.from({ length: 400 }, (_, i) => `/t/${String(i).padStart(3, '0')}`);
      const created = await Promise.all(
        names.map(async (name) => won(await kv.putIf(name, bytes('one'), 0))),
      );
      const changed = await Promise.all(
        names.map(async (name, i) => won(await kv.putIf(name, bytes('two'), created[i]!))),
      );
      const sink = recorder();
      kv.watch(1, sink);
      const [old, now, , ...written] = await Promise.all([
        kv.list('/t/', { revision: Math.max(...created) }),
        kv.list('/t/'),
        kv.compact(Math.max(...changed)),
        ...names.map((name, i) => kv.putIf(name, bytes('three'), changed[i]!)),
      ]);
      written.forEach(won);
      for (const list of [old, now]) assert.equal(list.items.length, names.length);
      assert.ok(old.items.every(({ value }) => value[1] === 'n'.charCodeAt(0)));
      await sink.reached(kv.revision());
      assert.equal(sink.events.length, 3 * names.length);
      assert.equal((await kv.list('/t/')).items.length, names.length);
    },
  },
];
