import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { expectCode, type Loose } from '../helpers/api.ts';
import { makeReady, podsPath, type Stage, stage } from './kit.ts';

const budgetsPath = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';
const setsPath = '/apis/apps/v1/namespaces/default/replicasets';

const budget = (spec: object) => ({
  metadata: { name: 'keep' },
  spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
});

async function open(replicas: number, ready: number): Promise<Stage> {
  const cluster = await stage(['disruption', 'replicaset']);
  await cluster.create(setsPath, {
    metadata: { name: 'web' },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'i' }] },
      },
    },
  });
  const pods = await cluster.list(podsPath);
  for (const { metadata } of pods.slice(0, ready)) await makeReady(cluster, metadata.name);
  return cluster;
}

const statusOf = async (cluster: Stage): Promise<Loose> => (await cluster.get(`${budgetsPath}/keep`)).status;
const numbers = async (cluster: Stage): Promise<number[]> => {
  const { currentHealthy, desiredHealthy, expectedPods, disruptionsAllowed } = await statusOf(cluster);
  return [currentHealthy, desiredHealthy, expectedPods, disruptionsAllowed];
};

const evict = (cluster: Stage, name: string) =>
  cluster.api.post(`${podsPath}/${name}/eviction`, {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name, namespace: 'default' },
  });

describe('a PodDisruptionBudget', () => {
  const cases: [spec: object, healthy: number, counts: number[]][] = [
    [{ minAvailable: 2 }, 3, [3, 2, 4, 1]],
    [{ minAvailable: 2 }, 2, [2, 2, 4, 0]],
    [{ minAvailable: '50%' }, 4, [4, 2, 4, 2]],
    [{ maxUnavailable: 1 }, 4, [4, 3, 4, 1]],
    [{ maxUnavailable: '30%' }, 4, [4, 2, 4, 2]],
  ];
  for (const [spec, ready, counts] of cases) {
    it(`of ${JSON.stringify(spec)} with ${ready} of 4 pods ready`, async () => {
      await using cluster = await open(4, ready);
      await cluster.create(budgetsPath, budget(spec));
      assert.deepEqual(await numbers(cluster), counts);
      const { conditions, observedGeneration } = await statusOf(cluster);
      assert.equal(observedGeneration, 1);
      assert.deepEqual(
        conditions.map(({ type, status, reason }: Loose) => [type, status, reason]),
        [
          counts[3]! > 0
            ? ['DisruptionAllowed', 'True', 'SufficientPods']
            : ['DisruptionAllowed', 'False', 'InsufficientPods'],
        ],
      );
    });
  }

  it('follows the number of replicas', async () => {
    await using cluster = await open(4, 4);
    await cluster.create(budgetsPath, budget({ maxUnavailable: 1 }));
    await cluster.merge(`${setsPath}/web`, { spec: { replicas: 2 } });
    assert.deepEqual(await numbers(cluster), [2, 1, 2, 1]);
  });

  it('lets one pod be evicted, and no other until there is a new one', async () => {
    await using cluster = await open(3, 3);
    await cluster.create(budgetsPath, budget({ minAvailable: 2 }));
    const [first, second] = (await cluster.list(podsPath)).map(({ metadata }) => metadata.name);
    expectCode(await evict(cluster, first), 201);
    const refused = await evict(cluster, second);
    assert.equal(refused.status, 429);
    assert.equal(refused.json.message, "Cannot evict pod as it would violate the pod's disruption budget.");
    await cluster.cluster.settled();
    assert.equal((await statusOf(cluster)).disruptionsAllowed, 0);
    for (const { metadata } of await cluster.list(podsPath)) {
      if (!metadata.deletionTimestamp) await makeReady(cluster, metadata.name);
    }
    assert.equal((await statusOf(cluster)).disruptionsAllowed, 1);
  });

  it('allows nothing when it cannot count, and says so', async () => {
    await using cluster = await stage(['disruption']);
    await cluster.create(podsPath, {
      metadata: {
        name: 'p',
        labels: { app: 'web' },
        ownerReferences: [
          { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'd', uid: 'u', controller: true },
        ],
      },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    });
    await cluster.create(budgetsPath, budget({ maxUnavailable: 1 }));
    const [condition] = (await statusOf(cluster)).conditions;
    assert.equal(condition.reason, 'SyncFailed');
    assert.equal(condition.message, 'found no controllers for pod "p"');
  });

  it('takes back an announcement of which nothing came', async () => {
    await using cluster = await stage(['disruption']);
    await cluster.create(podsPath, {
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    });
    const lastTransitionTime = new Date(cluster.clock.now()).toISOString();
    const condition = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'EvictionByEvictionAPI',
      lastTransitionTime,
    };
    await cluster.merge(`${podsPath}/p/status`, { status: { conditions: [condition] } });
    await cluster.cluster.advance(119_000);
    assert.equal((await cluster.get(`${podsPath}/p`)).status.conditions[0].status, 'True');
    await cluster.cluster.advance(1_000);
    assert.equal((await cluster.get(`${podsPath}/p`)).status.conditions[0].status, 'False');
  });
});
