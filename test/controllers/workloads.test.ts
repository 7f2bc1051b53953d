import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Loose } from '../helpers/api.ts';
import { podsPath, type Stage, stage } from './kit.ts';
import { manager } from './restarts.ts';

const apps = '/apis/apps/v1/namespaces/default';

const workload = (name: string, spec: object = {}) => ({
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { terminationGracePeriodSeconds: 5, containers: [{ name: 'c', image: 'one' }] },
    },
    ...spec,
  },
});

const image = (name: string) => ({
  spec: { template: { spec: { containers: [{ name: 'c', image: name }] } } },
});

async function becomeIdle({ cluster }: Stage): Promise<void> {
  assert.equal((await cluster.runUntilIdle()).idle, true);
}

/** Deployment, StatefulSet and DaemonSet on simulated nodes, from nothing to a second template. */
async function scenario(cluster: Stage, idle = () => becomeIdle(cluster)): Promise<void> {
  const { create, merge } = cluster;
  await idle();
  await create(`${apps}/deployments`, workload('web', { replicas: 4 }));
  await create(`${apps}/statefulsets`, workload('db', { replicas: 3, serviceName: 'db' }));
  await create(`${apps}/daemonsets`, workload('agent'));
  await idle();
  for (const path of ['deployments/web', 'statefulsets/db', 'daemonsets/agent']) {
    await merge(`${apps}/${path}`, image('two'));
  }
  await idle();
  await merge(`${apps}/deployments/web`, { spec: { replicas: 2 } });
  await merge(`${apps}/statefulsets/db`, { spec: { replicas: 1 } });
  await idle();
}

async function isRolledOut(cluster: Stage): Promise<void> {
  const pods = await cluster.list(podsPath);
  assert.deepEqual(
    pods.map(({ metadata, spec, status }) =>
      [metadata.labels.app, spec.containers[0].image, status.phase].join(' '),
    ),
    [...Array(3).fill('agent two Running'), 'db two Running', 'web two Running', 'web two Running'],
  );
}

const withoutNodes = ({ metadata }: Loose): boolean => metadata.namespace === 'default';

describe('workloads on simulated nodes', () => {
  it('run, are rolled out, and are scaled', async () => {
    await using cluster = await stage(['*'], { nodes: 3 });
    await scenario(cluster);
    await isRolledOut(cluster);
    const [deployment] = await cluster.list(`${apps}/deployments`);
    assert.equal(deployment.status.terminatingReplicas, 0);
    const [statefulSet] = await cluster.list(`${apps}/statefulsets`);
    assert.equal(statefulSet.status.currentRevision, statefulSet.status.updateRevision);
  });

  it('have the same history again from the same seed', async () => {
    const histories: string[] = [];
    for (let run = 0; run < 2; run++) {
      await using cluster = await stage(['*'], { nodes: 3 });
      await scenario(cluster);
      const events = await cluster.list('/api/v1/events');
      histories.push(JSON.stringify(events.filter(withoutNodes), undefined, 1));
    }
    assert.equal(histories[0], histories[1]);
  });

  it('come to the same end when two managers believe that they lead', async () => {
    await using cluster = await stage(['*'], { nodes: 3 });
    const other = manager(cluster, ['deployment', 'replicaset', 'statefulset', 'daemonset']);
    await scenario(cluster, async () => {
      for (let round = 0; round < 30; round++) {
        await other.settled();
        // Whoever lost a race tries again a little later.
        await cluster.cluster.advance(1_000);
      }
      await other.settled();
      await becomeIdle(cluster);
    });
    await other.stop();
    await isRolledOut(cluster);
  });

  it('have volumes that come and go with them', async () => {
    await using cluster = await stage(['*'], { nodes: 2 });
    const isDefault = { 'storageclass.kubernetes.io/is-default-class': 'true' };
    await cluster.create('/apis/storage.k8s.io/v1/storageclasses', {
      metadata: { name: 'simulated', annotations: isDefault },
      provisioner: 'binnacle.dev/simulated',
      volumeBindingMode: 'WaitForFirstConsumer',
    });
    const claims = async () => {
      await becomeIdle(cluster);
      const all = await cluster.list('/api/v1/namespaces/default/persistentvolumeclaims');
      return all.map(({ metadata, status }) => `${metadata.name} ${status.phase}`);
    };
    const request = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
    await cluster.create(
      `${apps}/statefulsets`,
      workload('db', {
        replicas: 2,
        volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: request }],
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Delete' },
      }),
    );
    assert.deepEqual(await claims(), ['data-db-0 Bound', 'data-db-1 Bound']);
    await cluster.merge(`${apps}/statefulsets/db`, { spec: { replicas: 1 } });
    assert.deepEqual(await claims(), ['data-db-0 Bound']);
    await cluster.merge(`${apps}/statefulsets/db`, { spec: { replicas: 2 } });
    assert.deepEqual(await claims(), ['data-db-0 Bound', 'data-db-1 Bound']);
    await cluster.delete(`${apps}/statefulsets/db`, { propagationPolicy: 'Foreground' });
    assert.deepEqual(await claims(), []);
    assert.deepEqual(await cluster.list(podsPath), []);
  });
});
