import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { controllersFor, podsPath, type Stage, stage } from './kit.ts';

const quotas = '/api/v1/namespaces/default/resourcequotas';
const maps = '/api/v1/namespaces/default/configmaps';

const quota = (hard: object, spec: object = {}) => ({ metadata: { name: 'q' }, spec: { hard, ...spec } });
const pod = (name: string, cpu?: string, spec: object = {}) => ({
  metadata: { name },
  spec: {
    containers: [
      { name: 'c', image: 'i', ...(cpu === undefined ? {} : { resources: { requests: { cpu } } }) },
    ],
    ...spec,
  },
});
const start = (): Promise<Stage> => stage(['resourcequota']);
const statusOf = async ({ get }: Stage) => (await get(`${quotas}/q`)).status;
const usedOf = async (cluster: Stage) => (await statusOf(cluster)).used;

describe('the quota controller', () => {
  it('says what is limited and what of it is used, from the beginning and as it changes', async () => {
    await using cluster = await start();
    await cluster.create(podsPath, pod('a', '300m'));
    await cluster.create(quotas, quota({ pods: '2', 'requests.cpu': '1' }));
    assert.deepEqual(await statusOf(cluster), {
      hard: { pods: '2', 'requests.cpu': '1' },
      used: { pods: '1', 'requests.cpu': '300m' },
    });
    await cluster.create(podsPath, pod('b', '200m'));
    assert.deepEqual(await usedOf(cluster), { pods: '2', 'requests.cpu': '500m' });
    const refused = await cluster.api.post(podsPath, pod('c', '100m'));
    assert.equal(
      refused.json.message,
      'pods "c" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2',
    );
    await cluster.delete(`${podsPath}/a`);
    assert.deepEqual(await usedOf(cluster), { pods: '1', 'requests.cpu': '200m' });
    await cluster.create(podsPath, pod('c', '100m'));
    assert.deepEqual(await usedOf(cluster), { pods: '2', 'requests.cpu': '300m' });
  });

  it('follows what its quota limits when that is changed', async () => {
    await using cluster = await start();
    await cluster.create(podsPath, pod('a', '1'));
    await cluster.create(quotas, quota({ pods: '2' }));
    await cluster.merge(`${quotas}/q`, { spec: { hard: { pods: '5', cpu: '4' } } });
    assert.deepEqual(await statusOf(cluster), {
      hard: { pods: '5', cpu: '4' },
      used: { pods: '1', cpu: '1' },
    });
    await cluster.merge(`${quotas}/q`, { spec: { hard: { cpu: null } } });
    assert.deepEqual(await statusOf(cluster), { hard: { pods: '5' }, used: { pods: '1' } });
  });

  it('gives back what a pod has used when it has ended, but for its being there', async () => {
    await using cluster = await start();
    await cluster.create(podsPath, pod('a', '1'));
    await cluster.create(quotas, quota({ pods: '2', cpu: '4', 'count/pods': '9' }));
    await cluster.merge(`${podsPath}/a/status`, { status: { phase: 'Succeeded' } });
    assert.deepEqual(await usedOf(cluster), { pods: '0', cpu: '0', 'count/pods': '1' });
  });

  it('counts what is within all scopes', async () => {
    await using cluster = await start();
    await cluster.create(podsPath, pod('burstable', '1'));
    await cluster.create(podsPath, pod('effortless'));
    await cluster.create(podsPath, pod('ending', undefined, { activeDeadlineSeconds: 60 }));
    await cluster.create(quotas, quota({ pods: '9' }, { scopes: ['BestEffort', 'NotTerminating'] }));
    assert.deepEqual(await usedOf(cluster), { pods: '1' });
    await cluster.merge(`${podsPath}/effortless`, { spec: { activeDeadlineSeconds: 60 } });
    assert.deepEqual(await usedOf(cluster), { pods: '0' });
  });

  it('counts every kind, and node ports and storage', async () => {
    await using cluster = await start();
    await cluster.create(maps, { metadata: { name: 'm' } });
    await cluster.create('/api/v1/namespaces/default/services', {
      metadata: { name: 's' },
      spec: {
        type: 'NodePort',
        ports: [
          { name: 'a', port: 1 },
          { name: 'b', port: 2 },
        ],
      },
    });
    await cluster.create('/api/v1/namespaces/default/persistentvolumeclaims', {
      metadata: { name: 'p' },
      spec: {
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '3Gi' } },
        storageClassName: 'fast',
      },
    });
    const hard = {
      configmaps: '9',
      'count/configmaps': '9',
      'count/deployments.apps': '9',
      'services.nodeports': '9',
      'requests.storage': '9Gi',
      'fast.storageclass.storage.k8s.io/persistentvolumeclaims': '9',
    };
    await cluster.create(quotas, quota(hard));
    assert.deepEqual(await usedOf(cluster), {
      configmaps: '1',
      'count/configmaps': '1',
      'count/deployments.apps': '0',
      'services.nodeports': '2',
      'requests.storage': '3Gi',
      'fast.storageclass.storage.k8s.io/persistentvolumeclaims': '1',
    });
    await cluster.merge('/api/v1/namespaces/default/services/s', { spec: { type: 'ClusterIP' } });
    await cluster.delete(`${maps}/m`);
    const used = await usedOf(cluster);
    assert.equal(used['services.nodeports'], '0');
    assert.equal(used.configmaps, '0');
  });

  it('says nothing of what nobody counts', async () => {
    await using cluster = await start();
    await cluster.create(quotas, quota({ 'count/widgets.example.com': '3', pods: '1' }));
    assert.deepEqual(await usedOf(cluster), { pods: '0' });
  });

  it('corrects what is wrong after some minutes', async () => {
    await using cluster = await start();
    await cluster.create(quotas, quota({ pods: '3' }));
    await cluster.merge(`${quotas}/q/status`, { status: { used: { pods: '2' } } });
    assert.deepEqual(await usedOf(cluster), { pods: '2' });
    await cluster.cluster.advance(300_000);
    assert.deepEqual(await usedOf(cluster), { pods: '0' });
  });

  it('finds out what has changed while it was not running', async () => {
    await using cluster = await stage([]);
    await cluster.create(quotas, quota({ pods: '3' }));
    await cluster.create(podsPath, pod('a'));
    assert.equal((await statusOf(cluster)).used, undefined);
    await using _ = await controllersFor(cluster, ['resourcequota']);
    assert.deepEqual(await usedOf(cluster), { pods: '1' });
  });
});
