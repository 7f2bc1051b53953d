import assert from 'node:assert/strict';
import { CompactedError } from '../../../src/kv/types.ts';
import type { Rule } from '../suite.ts';
import { bytes, create, plainEvent, put, recorder, remove, won } from './kit.ts';

const writeSome = async (
  kv: Parameters<Rule['check']>[0]['kv'],
  name: string,
  count: number,
): Promise<void> => {
  await Promise.all(Array.from({ length: count }, (_, i) => kv.putIf(`/t/${name}/${i}`, bytes(`${i}`), 0)));
};

const revisions = (events: readonly { readonly revision: number }[]) =>
  events.map(({ revision }) => revision);

const ascending = (numbers: readonly number[]) =>
  numbers.every((number, i) => i === 0 || number > numbers[i - 1]!);

export const watchRules: readonly Rule[] = [
  {
    number: 'K15',
    title: 'a watch of an empty store from its beginning sees the first write',
    async check({ kv }) {
      const sink = recorder();
      kv.watch(kv.revision(), sink);
      await sink.reached(kv.revision());
      const first = await create(kv, '/t/a');
      await sink.reached(first);
      assert.deepEqual(revisions(sink.events), [first]);
    },
  },
  {
    number: 'K15',
    title: 'a watch joins past and present without a gap',
    async check({ kv }) {
      await writeSome(kv, 'before', 700);
      const from = 300;
      const sink = recorder();
      kv.watch(from, sink);
      await writeSome(kv, 'after', 300);
      await put(kv, '/t/before/1', 'new');
      const last = await remove(kv, '/t/after/2');
      await sink.reached(last);
      assert.equal(sink.events[0]!.revision, from);
      assert.ok(ascending(revisions(sink.events)));
      assert.equal(sink.events.filter(({ key }) => key.startsWith('/t/after/')).length, 301);
      assert.equal(sink.events.at(-1)!.revision, last);
    },
  },
  {
    number: 'K15',
    title: 'a watch from a revision of the future begins there',
    async check({ kv }) {
      const first = await create(kv, '/t/a', '0');
      const sink = recorder();
      kv.watch(first + 3, sink);
      for (let i = 1; i < 6; i++) await put(kv, '/t/a', `${i}`);
      await sink.reached(kv.revision());
      assert.ok(sink.events.length > 0 && revisions(sink.events).every((revision) => revision >= first + 3));
      assert.equal(sink.events.at(-1)!.revision, kv.revision());
    },
  },
  {
    number: 'K16',
    title: 'events tell what was put, what was deleted and what was there before',
    async check({ kv }) {
      const from = kv.revision() + 1;
      const live = recorder();
      kv.watch(from, live, { previous: true });
      const one = await create(kv, '/t/a', 'one');
      const two = await put(kv, '/t/a', 'two');
      const three = await remove(kv, '/t/a');
      const four = await create(kv, '/t/a', 'four');
      const key = '/t/a';
      const expected = [
        { type: 'put', key, revision: one, createRevision: one, value: 'one', previous: undefined },
        {
          type: 'put',
          key,
          revision: two,
          createRevision: one,
          value: 'two',
          previous: { key, value: 'one', modRevision: one, createRevision: one },
        },
        {
          type: 'delete',
          key,
          revision: three,
          createRevision: one,
          value: 'two',
          previous: { key, value: 'two', modRevision: two, createRevision: one },
        },
        { type: 'put', key, revision: four, createRevision: four, value: 'four', previous: undefined },
      ];
      const late = recorder();
      kv.watch(from, late, { previous: true });
      for (const sink of [live, late]) {
        await sink.reached(four);
        assert.deepEqual(sink.events.map(plainEvent), expected);
      }
    },
  },
  {
    number: 'K17',
    title: 'a writer that continues finds every live watcher informed',
    async check({ kv }) {
      const sinks = [recorder(), recorder()];
      for (const sink of sinks) kv.watch(kv.revision() + 1, sink);
      const ready = await create(kv, '/t/ready');
      for (const sink of sinks) await sink.reached(ready);
      const seen = (revision: number) => {
        for (const sink of sinks) {
          assert.ok(sink.events.some((event) => event.revision === revision));
          assert.ok(sink.progress.at(-1)! >= revision);
        }
      };
      await Promise.all(
        Array.from({ length: 20 }, async (_, i) => {
          const created = won(await kv.putIf(`/t/${i}`, bytes('x'), 0));
          seen(created);
          const changed = won(await kv.putIf(`/t/${i}`, bytes('y'), created));
          seen(changed);
          seen(won(await kv.deleteIf(`/t/${i}`, changed)));
        }),
      );
    },
  },
  {
    number: 'K18',
    title: 'progress follows the events and never goes back',
    async check({ kv }) {
      const idle = recorder();
      kv.watch(kv.revision() + 1, idle);
      await idle.reached(kv.revision());
      assert.equal(idle.events.length, 0);

      let delivered = 0;
      let progress = 0;
      const last = new Promise<void>((resolve, reject) => {
        kv.watch(1, {
          onEvents(events) {
            assert.ok(events[0]!.revision > progress);
            delivered = events.at(-1)!.revision;
          },
          onProgress(revision) {
            assert.ok(revision >= progress && revision >= delivered);
            progress = revision;
            if (delivered >= 200) resolve();
          },
          onError: reject,
        });
      });
      await writeSome(kv, 'a', 150);
      await writeSome(kv, 'b', 150);
      await last;
    },
  },
  {
    number: 'K19',
    title: 'a stopped watch is called no more',
    async check({ kv }) {
      await create(kv, '/t/a');
      const never = recorder();
      kv.watch(1, never).stop();
      const stopped = recorder();
      const watch = kv.watch(1, stopped);
      await stopped.reached(await create(kv, '/t/b'));
      watch.stop();
      watch.stop();
      const other = recorder();
      kv.watch(1, other);
      await other.reached(await create(kv, '/t/c'));
      assert.deepEqual([never.events, never.progress, never.errors], [[], [], []]);
      assert.deepEqual(
        stopped.events.map(({ key }) => key),
        ['/t/a', '/t/b'],
      );
    },
  },
  {
    number: 'K20',
    title: 'a watch from below the floor ends, one from the floor works',
    async check({ kv }) {
      await create(kv, '/t/a', 'one');
      const floor = await put(kv, '/t/a', 'two');
      const last = await put(kv, '/t/a', 'three');
      await kv.compact(floor);
      const below = recorder();
      kv.watch(floor - 1, below);
      const error = await below.failed();
      assert.ok(error instanceof CompactedError && error.compactRevision === floor);
      const at = recorder();
      kv.watch(floor, at, { previous: true });
      await at.reached(last);
      assert.deepEqual(
        at.events.map((event) => [event.revision, plainEvent(event).previous?.value]),
        [
          [floor, 'one'],
          [last, 'two'],
        ],
      );
      await create(kv, '/t/b');
      assert.deepEqual([below.events, below.progress, below.errors.length], [[], [], 1]);
    },
  },
  {
    number: 'K21',
    title: 'all watches see the same',
    async check({ kv }) {
      const sinks = [];
      for (let round = 0; round < 6; round++) {
        const sink = recorder();
        kv.watch(1, sink, { previous: true });
        sinks.push(sink);
        await writeSome(kv, `${round}`, 40);
        await remove(kv, `/t/${round}/0`);
      }
      const first = sinks[0]!;
      for (const sink of sinks) {
        await sink.reached(kv.revision());
        assert.deepEqual(sink.events.map(plainEvent), first.events.map(plainEvent));
      }
      assert.equal(first.events.length, 6 * 41);
    },
  },
];
