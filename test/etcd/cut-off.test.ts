import assert from 'node:assert/strict';
import { test } from 'node:test';
import { realClock } from '../../src/apimachinery/clock.ts';
import { WatchCache } from '../../src/storage/watch-cache.ts';
import { bytes, put, remove, won } from '../kv/rules/kit.ts';
import { openKv, startEtcd } from './start-etcd.ts';
import { wayTo } from './way-to.ts';

test('a server cut off for longer than history is kept goes on with what is there', async (t) => {
  const etcd = await startEtcd();
  t.after(() => etcd.remove());
  const way = await wayTo(etcd.endpoint);
  t.after(() => way.close());
  const options = { root: '/registry', prefix: '/registry' };
  const [near, far] = [
    await openKv(etcd, options),
    await openKv(etcd, { ...options, endpoints: [way.endpoint] }),
  ];
  const key = (name: string) => `/registry/api/v1/configmaps/default/${name}`;
  const object = (name: string, value: string) =>
    bytes(JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { value } }));
  for (const name of ['kept', 'gone']) won(await near.putIf(key(name), object(name, 'old'), 0));

  const failures: Error[] = [];
  const cache = new WatchCache(far, realClock, (error) => failures.push(error));
  await cache.start();
  const ended = new Promise<void>((resolve) => {
    cache.subscribe('/registry/', cache.revision, () => {}, resolve);
  });
  const before = cache.revision;
  way.cut();
  const text = Buffer.from(object('kept', 'new')).toString();
  for (let i = 0; i < 5; i++) await put(near, key('kept'), text);
  const last = await remove(near, key('gone'));
  await near.compact(last);
  way.mend();
  await ended;
  await cache.reached(last);

  assert.equal(cache.get(key('gone')), undefined);
  assert.deepEqual(cache.get(key('kept'))!.decode()['data'], { value: 'new' });
  assert.equal(cache.snapshotAt(before), undefined);
  const next = await put(near, key('kept'), text);
  await cache.fresh();
  assert.equal(cache.get(key('kept'))!.modRevision, next);
  assert.deepEqual(failures, []);
  cache.stop();
  await Promise.all([near.close(), far.close()]);
});
