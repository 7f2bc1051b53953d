import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Watch } from '@kubernetes/client-node';
import { startBinnacle, temporaryDirectory } from '../cli/start-binnacle.ts';
import { bytes, create, remove } from '../kv/rules/kit.ts';
import { openKv, startEtcd } from './start-etcd.ts';

const namespace = 'default';
const root = '/registry';
const key = `${root}/api/v1/configmaps/default/foreign`;

test('a value in etcd that nobody can read stops no server: reads are 503 and name it, and so does the next start', async (t) => {
  const etcd = await startEtcd();
  t.after(() => etcd.remove());
  const directory = await temporaryDirectory(t);
  const flags = [`--etcd-servers=${etcd.endpoint}`];
  const server = await startBinnacle(t, directory, ...flags);
  const other = await openKv(etcd, { root });
  await other.putIf(key, bytes('k8s\0\x0a\x0b'), 0);

  await assert.rejects(
    server.api.listNamespacedConfigMap({ namespace }),
    (error: { code?: number; body?: string }) => {
      assert.equal(error.code, 503, error.body);
      assert.match(error.body!, /the value of \S+\/configmaps\/default\/foreign cannot be read/);
      return true;
    },
  );
  assert.match(server.err(), /the store cannot be followed any more.*configmaps\/default\/foreign/);
  assert.equal(await server.stop(), 0);
  await assert.rejects(startBinnacle(t, directory, ...flags), /configmaps\/default\/foreign cannot be read/);

  await remove(other, key);
  const again = await startBinnacle(t, directory, ...flags);
  const { items } = await again.api.listNamespacedConfigMap({ namespace });
  assert.ok(!items.some(({ metadata }) => metadata!.name === 'foreign'));
  await other.close();
});

test('a watch from before such a value was there and went is refused, and no server ends', async (t) => {
  const etcd = await startEtcd();
  t.after(() => etcd.remove());
  const directory = await temporaryDirectory(t);
  const flags = [`--etcd-servers=${etcd.endpoint}`];
  const first = await startBinnacle(t, directory, ...flags);
  const { metadata } = await first.api.listNamespacedConfigMap({ namespace });
  assert.equal(await first.stop(), 0);
  const other = await openKv(etcd, { root });
  await create(other, key, 'not JSON');
  await remove(other, key);
  await other.close();

  const server = await startBinnacle(t, directory, ...flags);
  const ended = new Promise<unknown>((resolve) => {
    void new Watch(server.config).watch(
      `/api/v1/namespaces/${namespace}/configmaps`,
      { resourceVersion: metadata!.resourceVersion },
      (type) => resolve(type),
      (error) => resolve(error),
    );
  });
  assert.equal(await ended, 'ERROR');
  await server.api.listNamespacedConfigMap({ namespace });
});
