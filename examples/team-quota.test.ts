import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CoreV1Api, Watch } from '@kubernetes/client-node';
import { createCluster } from 'binnacle';
import { quotaName, reconcile, startTeamQuota } from './team-quota.ts';

test('reconcile makes one quota, however often it is called', async () => {
  await using cluster = await createCluster();
  const api = (await cluster.kubeConfig()).makeApiClient(CoreV1Api);
  const namespace = await api.createNamespace({
    body: { metadata: { name: 'blue', labels: { team: 'blue' } } },
  });
  await reconcile(api, namespace);
  await reconcile(api, namespace);
  const { items } = await api.listNamespacedResourceQuota({ namespace: 'blue' });
  assert.deepEqual(
    items.map((quota) => quota.metadata?.name),
    [quotaName],
  );
});

test('the controller finds a namespace that gets its team later', async () => {
  await using cluster = await createCluster();
  const config = await cluster.kubeConfig();
  const api = config.makeApiClient(CoreV1Api);
  const controller = await startTeamQuota(config);
  const quotaAppears = new Promise<string>((resolve, reject) => {
    void new Watch(config).watch(
      '/api/v1/resourcequotas',
      {},
      (_type, quota) => resolve(`${quota.metadata.namespace}/${quota.metadata.name}`),
      reject,
    );
  });
  await api.createNamespace({ body: { metadata: { name: 'red' } } });
  const red = await api.readNamespace({ name: 'red' });
  await api.replaceNamespace({
    name: 'red',
    body: { ...red, metadata: { ...red.metadata, labels: { team: 'red' } } },
  });
  assert.equal(await quotaAppears, `red/${quotaName}`);
  await controller.stop();
});
