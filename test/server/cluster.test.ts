import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, test } from 'node:test';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { type Cluster, createCluster, seededRandom, virtualClock } from '../../src/index.ts';
import { type Api, apiOver } from '../helpers/api.ts';

const configMap = (name: string) => ({ metadata: { name } });
const names = async (api: Api): Promise<string[]> =>
  (await api.get('/api/v1/namespaces/default/configmaps')).json.items.map(
    ({ metadata }: { metadata: { name: string } }) => metadata.name,
  );

/** Does a little of everything that draws from time and chance, and lists what there is afterwards. */
async function history(): Promise<string> {
  const clock = virtualClock();
  await using cluster = await createCluster({ clock, random: seededRandom(7) });
  const api = apiOver(cluster.fetch);
  const watch = await cluster.fetch('/api/v1/namespaces/default/pods?watch=1&timeoutSeconds=1800');
  for (let i = 0; i < 5; i++) {
    await api.post('/api/v1/namespaces/default/pods', {
      metadata: { generateName: 'pod-' },
      spec: { containers: [{ name: 'main', image: 'image' }] },
    });
    clock.advance(1_500);
  }
  await api.post('/api/v1/namespaces/default/services', {
    metadata: { name: 'service' },
    spec: { type: 'NodePort', ports: [{ port: 80 }] },
  });
  await api.delete('/api/v1/namespaces/default/pods?limit=1');
  clock.advance(1_800_000);
  const resources = ['api/v1/pods', 'api/v1/services', 'api/v1/namespaces', 'api/v1/endpoints'];
  const clusterRoles = 'apis/rbac.authorization.k8s.io/v1/clusterroles';
  const lists = await Promise.all(
    [...resources, clusterRoles].map(async (path) => (await api.get(`/${path}`)).text),
  );
  return [...lists, await watch.text()].join('\n');
}

describe('createCluster', () => {
  test('on a virtual clock with seeded chance does the same thing twice, to the byte', async () => {
    const first = await history();
    assert.equal(first, await history());
    assert.match(first, /"creationTimestamp":"2026-01-01T00:00:06Z"/);
  });

  test('two clusters in one process know nothing of each other', async () => {
    await using one = await createCluster();
    await using other = await createCluster({
      serviceCidrs: ['10.7.0.0/16'],
      runtimeConfig: { 'batch/v1': false },
    });
    const [api, otherApi] = [apiOver(one.fetch), apiOver(other.fetch)];
    await api.post('/api/v1/namespaces/default/configmaps', configMap('mine'));
    assert.deepEqual(await names(api), ['mine']);
    assert.deepEqual(await names(otherApi), []);
    const clusterIp = async (of: Api) =>
      (await of.get('/api/v1/namespaces/default/services/kubernetes')).json.spec.clusterIP;
    assert.deepEqual([await clusterIp(api), await clusterIp(otherApi)], ['10.0.0.1', '10.7.0.1']);
    assert.equal((await api.get('/apis/batch/v1')).status, 200);
    assert.equal((await otherApi.get('/apis/batch/v1')).status, 404);
    await other.close();
    assert.deepEqual(await names(api), ['mine']);
  });

  test('names that mean nothing are refused', async () => {
    await assert.rejects(createCluster({ runtimeConfig: { 'bach/v1': false } }), /unknown api groups bach/);
    await assert.rejects(
      createCluster({ admission: { enablePlugins: ['LimitRangr'] } }),
      /enable-admission-plugins plugin "LimitRangr" is unknown/,
    );
    await assert.rejects(createCluster({ serviceCidrs: ['10.0.0.0'] }), /"10\.0\.0\.0" is not a CIDR/);
  });

  test('the end of a block closes it: watches end properly, sockets close, files go', async () => {
    let cluster: Cluster;
    let watch: Response;
    let listening: Awaited<ReturnType<Cluster['listen']>>;
    {
      await using inner = await createCluster();
      cluster = inner;
      watch = await cluster.fetch('/api/v1/namespaces?watch=1');
      listening = await cluster.listen();
      assert(existsSync(listening.kubeconfigPath));
      await assert.rejects(cluster.listen({ port: listening.port }), { code: 'EADDRINUSE' });
    }
    assert.equal((await watch.text()).trim().split('\n').length, 4);
    assert(!existsSync(listening.kubeconfigPath));
    await cluster.close();
    await assert.rejects(cluster.fetch('/api/v1/namespaces'), /fetch failed/);
    await assert.rejects(cluster.listen(), /the cluster is closed/);
    await (
      await createCluster().then(async (again) => {
        await again.listen({ port: listening.port });
        return again;
      })
    ).close();
  });

  test('listens in real time even when its own time stands still', async () => {
    await using cluster = await createCluster({
      clock: virtualClock(Date.UTC(1999, 0, 1)),
      random: seededRandom(1),
    });
    const { kubeconfigPath } = await cluster.listen();
    const config = new KubeConfig();
    config.loadFromFile(kubeconfigPath);
    const { items } = await config.makeApiClient(CoreV1Api).listNamespace();
    assert.equal(items[0]?.metadata?.creationTimestamp?.toISOString(), '1999-01-01T00:00:00.000Z');
  });
});
