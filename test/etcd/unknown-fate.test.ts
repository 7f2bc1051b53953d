import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreUnavailableError } from '../../src/kv/types.ts';
import { until } from '../helpers/until.ts';
import { bytes, create, plainEvent, put, recorder, text } from '../kv/rules/kit.ts';
import { openKv, startEtcd } from './start-etcd.ts';
import { wayTo } from './way-to.ts';

const isUnknown = (error: unknown) => error instanceof StoreUnavailableError && error.outcomeUnknown;

test('a write whose answer is lost is done once, and not tried on another member', async (t) => {
  const etcd = await startEtcd();
  t.after(() => etcd.remove());
  const [bad, good] = [await wayTo(etcd.endpoint), await wayTo(etcd.endpoint)];
  t.after(() => {
    for (const way of [bad, good]) way.close();
  });
  const endpoints = [bad.endpoint, good.endpoint];
  const kv = await openKv(etcd, { endpoints, callTimeoutMs: 2_000 });
  const direct = await openKv(etcd);
  const sink = recorder();
  direct.watch(1, sink);
  await create(kv, '/t/a', 'first');

  bad.swallow();
  const writing = kv.putIf('/t/b', bytes('lost answer'), 0);
  writing.catch(() => {});
  // It has arrived: only its answer has not.
  await until(() => sink.events.some(({ key }) => key === '/t/b'));
  bad.cut();
  await assert.rejects(writing, isUnknown);

  // A read is repeated on the other member, and finds what the write came to.
  const { kv: found } = await kv.get('/t/b');
  assert.equal(text(found!.value), 'lost answer');
  assert.equal(found!.modRevision, found!.createRevision);
  const last = await put(kv, '/t/c', 'after');
  await sink.reached(last);
  assert.deepEqual(
    sink.events.map(plainEvent).map(({ key, type }) => [key, type]),
    [
      ['/t/a', 'put'],
      ['/t/b', 'put'],
      ['/t/c', 'put'],
    ],
  );
  await Promise.all([kv.close(), direct.close()]);
});

test('a write that could not be sent is made on another member', async (t) => {
  const etcd = await startEtcd();
  t.after(() => etcd.remove());
  const [bad, good] = [await wayTo(etcd.endpoint), await wayTo(etcd.endpoint)];
  t.after(() => {
    for (const way of [bad, good]) way.close();
  });
  const kv = await openKv(etcd, { endpoints: [bad.endpoint, good.endpoint] });
  bad.cut();
  // The first may meet the connection as it breaks: then nobody knows. Once it is known to be broken nothing is sent there.
  await kv.get('/t/a');
  await create(kv, '/t/b', 'elsewhere');
  assert.equal(text((await kv.get('/t/b')).kv!.value), 'elsewhere');
  await kv.close();
});

test('a slow etcd is waited for, and no longer than a call may take', async (t) => {
  const etcd = await startEtcd();
  t.after(() => etcd.remove());
  const way = await wayTo(etcd.endpoint);
  t.after(() => way.close());
  const direct = await openKv(etcd);
  const kv = await openKv(etcd, { endpoints: [way.endpoint], callTimeoutMs: 1_000 });
  const sink = recorder();
  kv.watch(1, sink);
  await create(kv, '/t/before');

  way.slow(100);
  await Promise.all(['a', 'b', 'c'].map((name) => create(kv, `/t/${name}`)));
  assert.equal((await kv.list('/t/')).items.length, 4);

  way.slow(3_000);
  await assert.rejects(kv.putIf('/t/late', bytes('late'), 0), isUnknown);
  await assert.rejects(
    kv.get('/t/a'),
    (error) => error instanceof StoreUnavailableError && !error.outcomeUnknown,
  );
  way.mend();
  way.cut();
  way.mend();

  // Whatever became of it: etcd and the watch agree.
  let revision: number | undefined;
  while (revision === undefined) revision = await put(kv, '/t/after', 'x').catch(() => undefined);
  await sink.reached(revision);
  const { items } = await direct.list('/t/');
  assert.deepEqual(
    sink.events.map(({ key, revision: at }) => [at, key]),
    items.map(({ key, modRevision }) => [modRevision, key]).sort(([a], [b]) => Number(a) - Number(b)),
  );
  await Promise.all([kv.close(), direct.close()]);
});
