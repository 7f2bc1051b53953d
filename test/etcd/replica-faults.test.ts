import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { delay, realClock } from '../../src/apimachinery/clock.ts';
import { type StartedBinnacle, startBinnacle } from '../cli/start-binnacle.ts';
import { until } from '../helpers/until.ts';
import { startEtcd } from './start-etcd.ts';
import { directoriesOfReplicas } from './start-replicas.ts';
import { wayTo } from './way-to.ts';

const namespace = 'default';

/** Writers that go on until the server is gone; the names of what was acknowledged. */
function load({ api }: StartedBinnacle, prefix: string) {
  const acknowledged: string[] = [];
  const writer = async (of: number) => {
    for (let i = 0; ; i++) {
      const name = `${prefix}-${of}-${i}`;
      try {
        await api.createNamespacedConfigMap({ namespace, body: { metadata: { name }, data: { name } } });
      } catch {
        return;
      }
      acknowledged.push(name);
    }
  };
  return { acknowledged, ended: Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(writer)) };
}

test('a server killed (kill -9) under load has lost nothing that it acknowledged', async (t) => {
  const etcd = await startEtcd();
  t.after(() => etcd.remove());
  const [directory = ''] = await directoriesOfReplicas(t, 1);
  const flags = [`--etcd-servers=${etcd.endpoint}`];
  const all: string[] = [];
  for (const round of [0, 1]) {
    const server = await startBinnacle(t, directory, ...flags);
    const { acknowledged, ended } = load(server, `r${round}`);
    await until(() => acknowledged.length >= 60);
    server.process.kill('SIGKILL');
    await server.exited;
    await ended;
    all.push(...acknowledged);
  }
  const server = await startBinnacle(t, directory, ...flags);
  const { items } = await server.api.listNamespacedConfigMap({ namespace });
  const there = new Map(items.map(({ metadata, data }) => [metadata!.name, data]));
  for (const name of all) assert.deepEqual(there.get(name), { name }, `${name} was acknowledged`);
  // No more than one request of each writer was under way when the server died.
  const others = [...there.keys()].filter((name) => /^r\d-/.test(name!) && !all.includes(name!));
  assert.ok(others.length <= 16, `${others.length} more`);
});

/** Two servers on one etcd, the second by a way that can be slow. */
async function nearAndFar(t: TestContext) {
  const etcd = await startEtcd();
  t.after(() => etcd.remove());
  const way = await wayTo(etcd.endpoint);
  t.after(() => way.close());
  const directories = await directoriesOfReplicas(t, 2);
  const [near, far] = (await Promise.all(
    [etcd.endpoint, way.endpoint].map((endpoint, i) =>
      startBinnacle(t, directories[i]!, `--etcd-servers=${endpoint}`),
    ),
  )) as [StartedBinnacle, StartedBinnacle];
  return { near, far, way };
}

test('a server that was stopped (SIGSTOP) and goes on answers no consistent read from before', async (t) => {
  const { near: awake, far: asleep, way } = await nearAndFar(t);
  const name = 'changed';
  const body = (value: string) => ({ metadata: { name }, data: { value } });
  await awake.api.createNamespacedConfigMap({ namespace, body: body('before') });
  await asleep.api.readNamespacedConfigMap({ namespace, name });

  asleep.process.kill('SIGSTOP');
  // What was written meanwhile reaches it only after it goes on.
  way.slow(700);
  const written = await awake.api.replaceNamespacedConfigMap({ namespace, name, body: body('after') });
  // Asked while it is stopped, so that it reads them before it hears of anything else.
  const reads = [
    ...Array.from({ length: 5 }, () => asleep.api.readNamespacedConfigMap({ namespace, name })),
    ...Array.from({ length: 5 }, () =>
      asleep.api
        .listNamespacedConfigMap({ namespace })
        .then(({ items }) => items.find(({ metadata }) => metadata!.name === name)!),
    ),
  ];
  const stale = asleep.api.replaceNamespacedConfigMap({
    namespace,
    name,
    body: { ...body('stale'), metadata: { name, resourceVersion: '1' } },
  });
  stale.catch(() => {});
  await delay(realClock, 200);
  asleep.process.kill('SIGCONT');
  for (const found of await Promise.all(reads)) {
    assert.equal(found.data!['value'], 'after');
    assert.equal(found.metadata!.resourceVersion, written.metadata!.resourceVersion);
  }
  await assert.rejects(stale, (error: { code?: number }) => error.code === 409);
});

test('a server that hears of everything late answers no consistent read from before', async (t) => {
  const { near, far, way } = await nearAndFar(t);
  const name = 'changed';
  const body = (value: string) => ({ metadata: { name }, data: { value } });
  await near.api.createNamespacedConfigMap({ namespace, body: body('0') });
  await far.api.readNamespacedConfigMap({ namespace, name });

  way.slow(150);
  for (const value of ['1', '2', '3']) {
    await near.api.replaceNamespacedConfigMap({ namespace, name, body: body(value) });
    const { data } = await far.api.readNamespacedConfigMap({ namespace, name });
    assert.deepEqual(data, { value });
  }
});
