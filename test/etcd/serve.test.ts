import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type V1ConfigMap, Watch } from '@kubernetes/client-node';
import { realClock } from '../../src/apimachinery/clock.ts';
import { cryptoRandom } from '../../src/apimachinery/random.ts';
import { ensurePki } from '../../src/pki/ensure-pki.ts';
import { runBinnacle, startBinnacle, temporaryDirectory } from '../cli/start-binnacle.ts';
import { openKv, startEtcd } from './start-etcd.ts';
import { directoriesOfReplicas } from './start-replicas.ts';

async function etcdFor(t: TestContext) {
  const etcd = await startEtcd();
  t.after(() => etcd.remove());
  return etcd;
}

const namespace = 'default';
const configMap = (name: string, value: string): V1ConfigMap => ({ metadata: { name }, data: { value } });

test('a server on etcd finds everything again after a restart, and writes JSON below its prefix', async (t) => {
  const etcd = await etcdFor(t);
  const directory = await temporaryDirectory(t);
  const flags = [`--etcd-servers=${etcd.endpoint}`, '--etcd-prefix=/lab/one'];
  const first = await startBinnacle(t, directory, ...flags);
  const made = await first.api.createNamespacedConfigMap({ namespace, body: configMap('kept', '1') });
  assert.equal(await first.stop(), 0);

  const kv = await openKv(etcd, { prefix: '' });
  const { items } = await kv.list('/lab/one/');
  const stored = items.find(({ key }) => key.endsWith('/configmaps/default/kept'));
  assert.equal(JSON.parse(Buffer.from(stored!.value).toString()).data.value, '1');
  assert.equal((await kv.count('/registry/')).count, 0);
  await kv.close();

  const second = await startBinnacle(t, directory, ...flags);
  const found = await second.api.readNamespacedConfigMap({ namespace, name: 'kept' });
  assert.equal(found.metadata!.resourceVersion, made.metadata!.resourceVersion);
  assert.equal(found.metadata!.uid, made.metadata!.uid);
});

test('two servers on one etcd serve the same objects, versions and events', async (t) => {
  const etcd = await etcdFor(t);
  const flags = [`--etcd-servers=${etcd.endpoint}`];
  const directories = await directoriesOfReplicas(t, 2);
  const [one, two] = await Promise.all(directories.map((directory) => startBinnacle(t, directory, ...flags)));
  const events: { type: string; name: string; version: string }[] = [];
  let wake = () => {};
  const seen = async (count: number) => {
    while (events.length < count) await new Promise<void>((resolve) => (wake = resolve));
  };
  const { metadata } = await two!.api.listNamespacedConfigMap({ namespace });
  const controller = await new Watch(two!.config).watch(
    `/api/v1/namespaces/${namespace}/configmaps`,
    { resourceVersion: metadata!.resourceVersion },
    (type, object: V1ConfigMap) => {
      const { name = '', resourceVersion = '' } = object.metadata!;
      // Controllers write here, too, when they get to it.
      if (!name.startsWith('shared-')) return;
      events.push({ type, name, version: resourceVersion });
      wake();
    },
    () => {},
  );
  t.after(() => controller.abort());

  for (let i = 0; i < 20; i++) {
    // What one server has answered the other knows at once.
    const name = `shared-${i}`;
    const made = await one!.api.createNamespacedConfigMap({ namespace, body: configMap(name, 'one') });
    const read = await two!.api.readNamespacedConfigMap({ namespace, name });
    assert.deepEqual(read, made);
    const changed = await two!.api.replaceNamespacedConfigMap({
      namespace,
      name,
      body: { ...read, data: { value: 'two' } },
    });
    assert.ok(Number(changed.metadata!.resourceVersion) > Number(made.metadata!.resourceVersion));
    const again = await one!.api.replaceNamespacedConfigMap({
      namespace,
      name,
      body: { ...changed, data: { value: 'three' } },
    });
    const stale = one!.api.replaceNamespacedConfigMap({ namespace, name, body: { ...read, data: {} } });
    await assert.rejects(stale, (error: { code?: number }) => error.code === 409);
    await seen(3 * (i + 1));
    assert.deepEqual(
      events.slice(-3).map(({ type, version }) => [type, version]),
      [
        ['ADDED', made.metadata!.resourceVersion],
        ['MODIFIED', changed.metadata!.resourceVersion],
        ['MODIFIED', again.metadata!.resourceVersion],
      ],
    );
  }
  const services = await Promise.all([one!, two!].map(({ api }) => api.listServiceForAllNamespaces()));
  assert.deepEqual(services[0]!.items, services[1]!.items);
});

test('a server says what is wrong with its etcd', async (t) => {
  const directory = await temporaryDirectory(t);
  const files = runBinnacle(
    t,
    '--secure-port=0',
    `--data-dir=${directory}`,
    '--etcd-servers=https://127.0.0.1:1',
    `--etcd-cafile=${directory}/none.pem`,
  );
  assert.notEqual(await files.exited, 0);
  assert.match(files.err(), /a file for etcd cannot be read: .*none\.pem/);
});

test('a server shows its certificate to etcd, and checks that of etcd', async (t) => {
  const [pkiDirectory, directory] = [await temporaryDirectory(t), await temporaryDirectory(t)];
  const pki = await ensurePki(pkiDirectory, { clock: realClock, random: cryptoRandom, hosts: [] });
  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(join(directory, name), text);
    return join(directory, name);
  };
  const ca = await file('ca.pem', pki.servingCa);
  const etcd = await startEtcd(
    [
      `--cert-file=${await file('etcd.pem', pki.serving.cert)}`,
      `--key-file=${await file('etcd.key', pki.serving.key)}`,
      '--client-cert-auth',
      `--trusted-ca-file=${ca}`,
    ],
    'https',
  );
  t.after(() => etcd.remove());
  const flags = [
    `--etcd-servers=${etcd.endpoint}`,
    `--etcd-cafile=${ca}`,
    `--etcd-certfile=${await file('client.pem', pki.admin.cert)}`,
    `--etcd-keyfile=${await file('client.key', pki.admin.key)}`,
  ];
  const server = await startBinnacle(t, join(directory, 'data'), ...flags);
  await server.api.createNamespacedConfigMap({ namespace, body: configMap('sealed', '1') });
  assert.equal(await server.stop(), 0);

  const certificate = Buffer.from(pki.admin.cert);
  const key = Buffer.from(pki.admin.key);
  for (const tls of [{ ca: Buffer.from(pki.servingCa) }, { certificate, key }])
    await assert.rejects(openKv(etcd, { tls, openTimeoutMs: 300 }), /cannot be used/);
});

test('with the upstream layout objects are where a kube-apiserver has them, and its protobuf is refused', async (t) => {
  const etcd = await etcdFor(t);
  const flags = [`--etcd-servers=${etcd.endpoint}`, '--storage-key-layout=upstream'];
  const directory = await temporaryDirectory(t);
  const kv = await openKv(etcd);
  t.after(() => kv.close());
  const at = '"creationTimestamp":"2026-05-06T07:08:09Z"';
  const claim = `{"kind":"PersistentVolumeClaim","apiVersion":"v1","metadata":{"name":"old","namespace":"default","uid":"u-1",${at}},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}},"volumeMode":"Filesystem"},"status":{}}\n`;
  await kv.putIf('/persistentvolumeclaims/default/old', Buffer.from(claim), 0);

  const server = await startBinnacle(t, directory, ...flags);
  const old = await server.api.readNamespacedPersistentVolumeClaim({ namespace, name: 'old' });
  assert.deepEqual([old.metadata!.uid, old.status!.phase], ['u-1', 'Pending']);
  await server.api.createNamespacedService({
    namespace,
    body: { metadata: { name: 'web' }, spec: { type: 'NodePort', ports: [{ port: 80 }] } },
  });
  for (const key of [
    '/services/specs/default/web',
    '/services/endpoints/default/kubernetes',
    '/ranges/servicenodeports',
  ]) {
    assert.equal(JSON.parse(Buffer.from((await kv.get(key)).kv!.value).toString()).apiVersion, 'v1', key);
  }
  assert.equal(await server.stop(), 0);

  await kv.putIf('/pods/default/p', Buffer.from('k8s\0\n\x0f\n\x02v1'), 0);
  const refused = runBinnacle(t, '--secure-port=0', `--data-dir=${directory}`, ...flags);
  assert.notEqual(await refused.exited, 0);
  assert.match(
    refused.err(),
    /the value of \/registry\/pods\/default\/p cannot be read: a kube-apiserver stored it as protobuf/,
  );
});
