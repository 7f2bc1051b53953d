import assert from 'node:assert/strict';
import { test } from 'node:test';
import { delay, realClock } from '../../src/apimachinery/clock.ts';
import { CompactedError, StoreUnavailableError } from '../../src/kv/types.ts';
import { bytes, create, listed, plainEvent, put, recorder, remove, text, won } from '../kv/rules/kit.ts';
import { type Etcd, openKv, startCluster, startEtcd } from './start-etcd.ts';
import { checkTraffic, traffic, tries } from './traffic.ts';

const withEtcd =
  (use: (etcd: Etcd) => Promise<void>, ...arguments_: string[]) =>
  async () => {
    const etcd = await startEtcd(arguments_);
    try {
      await use(etcd);
    } finally {
      await etcd.remove();
    }
  };

test(
  'etcd killed and started again under traffic: nothing lost, no event missed or repeated, every answer true',
  withEtcd(async (etcd) => {
    const kv = await openKv(etcd);
    const sink = recorder();
    kv.watch(1, sink);
    const { outcomes, stop } = traffic(kv);
    for (let round = 0; round < 3; round++) {
      await delay(realClock, 300);
      await etcd.kill();
      await delay(realClock, 200);
      await etcd.start();
      await tries(() => kv.currentRevision());
    }
    await delay(realClock, 300);
    await stop();
    assert.ok([...outcomes.values()].filter((outcome) => outcome === 'done').length > 20);
    assert.ok([...outcomes.values()].some((outcome) => outcome !== 'done'));
    await checkTraffic(kv, outcomes, sink);
    await kv.close();
  }),
);

test('the members of a cluster killed one after the other under traffic, the leader among them', async () => {
  const members = await startCluster();
  try {
    const kv = await openKv(members[0]!, { endpoints: members.map(({ endpoint }) => endpoint) });
    const sink = recorder();
    kv.watch(1, sink);
    const { outcomes, stop } = traffic(kv);
    for (const member of members) {
      await delay(realClock, 300);
      await member.kill();
      // The other two go on.
      await tries(() => kv.currentRevision());
      await tries(() => kv.putIf(`/t/without ${member.endpoint}`, bytes('two'), 0));
      await member.start();
    }
    await stop();
    await tries(() => kv.currentRevision());
    const { items } = await kv.list('/t/');
    const others = items.filter(({ key }) => key.startsWith('/t/without '));
    assert.equal(others.length, members.length);
    await checkTraffic(kv, outcomes, sink);
    await kv.close();
  } finally {
    await Promise.all(members.map((member) => member.remove()));
  }
});

test(
  'etcd stopped for seconds: calls end in time with an unknown outcome, and all goes on afterwards',
  withEtcd(async (etcd) => {
    const kv = await openKv(etcd, { callTimeoutMs: 500 });
    const sink = recorder();
    kv.watch(1, sink);
    const { outcomes, stop } = traffic(kv);
    await delay(realClock, 300);
    etcd.pause();
    await assert.rejects(
      kv.putIf('/u/a', bytes('x'), 0),
      (error) => error instanceof StoreUnavailableError && error.outcomeUnknown,
    );
    await assert.rejects(
      kv.get('/u/a'),
      (error) => error instanceof StoreUnavailableError && !error.outcomeUnknown,
    );
    etcd.resume();
    await tries(() => kv.currentRevision());
    await delay(realClock, 300);
    await stop();
    assert.ok([...outcomes.values()].includes('unknown'));
    const { kv: late } = await kv.get('/u/a');
    await sink.reached(kv.revision());
    const others = sink.events.filter(({ key }) => key.startsWith('/t/'));
    assert.equal(sink.events.length - others.length, late ? 1 : 0);
    await checkTraffic(kv, outcomes, { ...sink, events: others });
    await kv.close();
  }),
);

test(
  'a watch goes on through the compaction of what it has been told, and ends when it missed some',
  withEtcd(async (etcd) => {
    const [kv, other] = [await openKv(etcd), await openKv(etcd)];
    const sink = recorder();
    kv.watch(1, sink);
    let revision = 0;
    for (let i = 0; i < 50; i++) revision = await put(other, '/t/a', `${i}`);
    await sink.reached(revision);
    await other.compact(revision);
    const gone = await remove(other, '/t/a');
    await sink.reached(gone);
    assert.deepEqual(sink.errors, []);
    assert.equal(sink.events.length, 51);
    assert.equal(plainEvent(sink.events.at(-1)!).previous!.value, '49');

    // This instance has not heard of the compaction yet.
    const late = recorder();
    kv.watch(5, late);
    const error = await late.failed();
    assert.ok(error instanceof CompactedError);
    assert.equal(error.compactRevision, revision);
    assert.equal(kv.compactRevision(), revision);
    await assert.rejects(kv.get('/t/a', 5), CompactedError);
    await kv.compact(revision - 3);
    assert.equal(kv.compactRevision(), revision);
    await Promise.all([kv.close(), other.close()]);
  }),
);

test(
  'what others write elsewhere in the same etcd moves revisions and progress, and is not seen',
  withEtcd(async (etcd) => {
    const [mine, other] = [
      await openKv(etcd, { prefix: '/mine' }),
      await openKv(etcd, { prefix: '/mine-too' }),
    ];
    const sink = recorder();
    mine.watch(1, sink);
    const first = await create(mine, '/t/a');
    let theirs = 0;
    for (let i = 0; i < 5; i++) theirs = await put(other, '/t/b', `${i}`);
    assert.ok(theirs > first);
    assert.ok((await mine.currentRevision()) >= theirs);
    await sink.reached(theirs);
    assert.deepEqual(await listed(mine, '/t/'), ['/t/a=/t/a']);
    const second = await create(mine, '/t/c');
    assert.ok(second > theirs);
    await sink.reached(second);
    assert.deepEqual(
      sink.events.map(({ revision }) => revision),
      [first, second],
    );
    await Promise.all([mine.close(), other.close()]);
  }),
);

test(
  'keys under a lease go when its time has passed and not before, all at one revision',
  withEtcd(async (etcd) => {
    const kv = await openKv(etcd);
    const sink = recorder();
    kv.watch(1, sink);
    const lease = await kv.grantLease(3);
    for (const name of ['a', 'b']) won(await kv.putIf(`/t/${name}`, bytes(name), 0, { lease }));
    const kept = await create(kv, '/t/kept');
    await delay(realClock, 1_000);
    assert.equal((await kv.count('/t/')).count, 3);
    while (sink.events.length < 5) await delay(realClock, 100);
    const deletes = sink.events.slice(3);
    assert.deepEqual(deletes.map(({ key, type }) => [key, type]).sort(), [
      ['/t/a', 'delete'],
      ['/t/b', 'delete'],
    ]);
    assert.ok(deletes[0]!.revision > kept);
    assert.deepEqual(await listed(kv, '/t/'), ['/t/kept=/t/kept']);
    await kv.close();
  }),
);

test(
  'an etcd without space refuses writes, known not to have happened, and goes on answering reads',
  withEtcd(async (etcd) => {
    const kv = await openKv(etcd);
    await create(kv, '/t/a', 'kept');
    const fill = async () => {
      for (let i = 0; i < 100; i++) won(await kv.putIf(`/t/fill-${i}`, new Uint8Array(1_000_000), 0));
    };
    await assert.rejects(
      fill,
      (error) =>
        error instanceof StoreUnavailableError &&
        !error.outcomeUnknown &&
        /no space left/.test(error.message),
    );
    assert.equal(text((await kv.get('/t/a')).kv!.value), 'kept');
    await kv.close();
  }, '--quota-backend-bytes=16777216'),
);

test(
  'a value that etcd does not take is refused with a RangeError',
  withEtcd(async (etcd) => {
    const kv = await openKv(etcd);
    await assert.rejects(kv.putIf('/t/a', new Uint8Array(3 * 1_024 * 1_024), 0), RangeError);
    assert.equal(kv.revision(), 1);
    await kv.close();
  }),
);

test('an etcd that is not there is reported after the time to wait for it', async () => {
  await assert.rejects(
    openKv({ endpoint: 'http://127.0.0.1:1' } as Etcd, { openTimeoutMs: 300 }),
    /etcd at http:\/\/127\.0\.0\.1:1 cannot be used: /,
  );
});
