import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiException, type V1ConfigMap, type V1Status } from '@kubernetes/client-node';
import { StoreUnavailableError } from '../../src/kv/types.ts';
import { type StartedBinnacle, startBinnacle, temporaryDirectory } from '../cli/start-binnacle.ts';
import { until } from '../helpers/until.ts';
import { bytes, create, put, recorder } from '../kv/rules/kit.ts';
import { askEtcd, enableAuth } from './gateway.ts';
import { openKv, startEtcd } from './start-etcd.ts';
import { wayTo } from './way-to.ts';

/* What a client is told when etcd will not, or cannot, do what it should. */

const namespace = 'default';
const configMap = (name: string, value = 'x'): V1ConfigMap => ({ metadata: { name }, data: { value } });

interface Failure {
  readonly code: number;
  readonly status: V1Status;
  readonly retryAfter: string | undefined;
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof ApiException, String(error));
    const { code, body, headers } = error as ApiException<string>;
    return { code, status: JSON.parse(body), retryAfter: headers['retry-after'] };
  }
  throw new assert.AssertionError({ message: 'it has succeeded' });
}

const write = ({ api }: StartedBinnacle, name: string, value?: string) =>
  api.createNamespacedConfigMap({ namespace, body: configMap(name, value) });

test('an etcd that is full: writes are 503 and say why, reads and deletes work, and so does everything once there is space', async (t) => {
  const etcd = await startEtcd(['--quota-backend-bytes=33554432']);
  t.after(() => etcd.remove());
  const server = await startBinnacle(t, await temporaryDirectory(t), `--etcd-servers=${etcd.endpoint}`);
  await write(server, 'kept');
  const fill = await openKv(etcd, { prefix: '/elsewhere' });
  await assert.rejects(async () => {
    for (let i = 0; ; i++) await fill.putIf(`/fill/${i}`, new Uint8Array(1_000_000), 0);
  }, /no space left/);
  await fill.close();

  const { code, status, retryAfter } = await failureOf(write(server, 'refused'));
  assert.deepEqual([code, status.reason, retryAfter], [503, 'ServiceUnavailable', '1']);
  assert.match(
    status.message!,
    /^the store is unavailable: etcd has no space left \(.*database space exceeded\)$/,
  );
  const { items } = await server.api.listNamespacedConfigMap({ namespace });
  const names = items.map(({ metadata }) => metadata!.name);
  // The other one is every namespace's own.
  assert.deepEqual(
    names.filter((name) => name !== 'kube-root-ca.crt'),
    ['kept'],
  );
  await server.api.deleteNamespacedConfigMap({ namespace, name: 'kept' });
  const gone = await failureOf(server.api.readNamespacedConfigMap({ namespace, name: 'kept' }));
  assert.equal(gone.code, 404);

  const { header } = await askEtcd(etcd, 'kv/deleterange', {
    key: btoa('/elsewhere/'),
    range_end: btoa('/elsewhere0'),
  });
  await askEtcd(etcd, 'kv/compaction', {
    revision: (header as { revision: string }).revision,
    physical: true,
  });
  await askEtcd(etcd, 'maintenance/defragment');
  const alarms = (await askEtcd(etcd, 'maintenance/alarm', { action: 'GET' }))['alarms'] as {
    memberID: string;
  }[];
  for (const { memberID } of alarms)
    await askEtcd(etcd, 'maintenance/alarm', { action: 'DEACTIVATE', alarm: 'NOSPACE', memberID });
  await write(server, 'refused');
});

test('an etcd that wants a password: the server does not start; one that runs says 503, prints no secret, and goes on once it may', async (t) => {
  const etcd = await startEtcd();
  t.after(() => etcd.remove());
  const directory = await temporaryDirectory(t);
  const server = await startBinnacle(t, directory, `--etcd-servers=${etcd.endpoint}`);
  const kv = await openKv(etcd, { prefix: '/elsewhere' });
  const sink = recorder();
  kv.watch(1, sink);
  await create(kv, '/t/before');

  const disable = await enableAuth(etcd, 'correct horse');
  await assert.rejects(openKv(etcd), /etcd at http:\S+ cannot be used: .*user name is empty/);
  await assert.rejects(
    kv.putIf('/t/refused', bytes('x'), 0),
    (error) =>
      error instanceof StoreUnavailableError &&
      !error.outcomeUnknown &&
      /^etcd refuses this client \(.*user name is empty\)$/.test(error.message),
  );
  const { code, status } = await failureOf(write(server, 'refused'));
  assert.deepEqual([code, status.reason], [503, 'ServiceUnavailable']);
  assert.match(status.message!, /etcd refuses this client/);
  const read = await failureOf(server.api.listNamespacedConfigMap({ namespace }));
  assert.deepEqual([read.code, read.status.reason], [503, 'ServiceUnavailable']);

  await disable();
  await write(server, 'refused');
  const last = await put(kv, '/t/after', 'x');
  await sink.reached(last);
  const told = sink.events.map(({ key }) => key).filter((key) => key.startsWith('/t/'));
  assert.deepEqual(told, ['/t/before', '/t/after']);
  assert.doesNotMatch(server.err() + server.out(), /correct horse/);
  await kv.close();
});

test('a write of which nobody knows what became of it is a 504 that tells no time to retry', async (t) => {
  const etcd = await startEtcd();
  t.after(() => etcd.remove());
  const way = await wayTo(etcd.endpoint);
  t.after(() => way.close());
  const server = await startBinnacle(t, await temporaryDirectory(t), `--etcd-servers=${way.endpoint}`);
  const made = await write(server, 'changed');

  way.swallow();
  const direct = await openKv(etcd);
  const sink = recorder();
  direct.watch(direct.revision() + 1, sink);
  const failing = failureOf(
    server.api.replaceNamespacedConfigMap({ namespace, name: 'changed', body: configMap('changed', 'new') }),
  );
  const key = '/api/v1/configmaps/default/changed';
  // It has arrived: only its answer has not.
  await until(() => sink.events.some((event) => event.key === key));
  way.cut();
  const { code, status, retryAfter } = await failing;
  assert.deepEqual([code, status.reason, retryAfter], [504, 'Timeout', undefined]);
  assert.match(status.message!, /the write may or may not have happened/);

  way.mend();
  let found: V1ConfigMap | undefined;
  while (!found)
    found = await server.api.readNamespacedConfigMap({ namespace, name: 'changed' }).catch(() => undefined);
  assert.equal(found.data!['value'], 'new');
  assert.notEqual(found.metadata!.resourceVersion, made.metadata!.resourceVersion);
  assert.equal(sink.events.filter((event) => event.key === key).length, 1);
  await direct.close();
});
