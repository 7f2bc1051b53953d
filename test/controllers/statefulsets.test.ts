import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Loose } from '../helpers/api.ts';
import { controllersFor, makeReady, podsPath, type Stage, stage } from './kit.ts';
import { diesAfter } from './restarts.ts';

const sets = '/apis/apps/v1/namespaces/default/statefulsets';
const db = `${sets}/db`;
const claimsPath = '/api/v1/namespaces/default/persistentvolumeclaims';
const revisionsPath = '/apis/apps/v1/namespaces/default/controllerrevisions';
const controllers = ['statefulset'];

const template = (image = 'db:1') => ({
  metadata: { labels: { app: 'db' } },
  spec: { containers: [{ name: 'c', image }] },
});

const statefulSet = (replicas: number, spec: object = {}) => ({
  metadata: { name: 'db' },
  spec: {
    replicas,
    serviceName: 'dbs',
    selector: { matchLabels: { app: 'db' } },
    template: template(),
    ...spec,
  },
});

const volumeClaimTemplates = [
  {
    metadata: { name: 'data', labels: { tier: 'storage' } },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  },
];

const image = (name: string) => ({ spec: { template: template(name) } });
const imageOf = ({ spec }: Loose): string => spec.containers[0].image;
const names = (objects: readonly Loose[]): string[] => objects.map(({ metadata }) => metadata.name);

const podNames = async ({ list }: Stage): Promise<string[]> => names(await list(podsPath));
const images = async ({ list }: Stage): Promise<string[]> => (await list(podsPath)).map(imageOf);

const isReady = ({ status }: Loose): boolean =>
  status.conditions?.some(({ type, status: is }: Loose) => type === 'Ready' && is === 'True') === true;

/** Makes pods ready until nothing changes any more. */
async function rolledOut(cluster: Stage): Promise<void> {
  for (let round = 0; round < 30; round++) {
    const waiting = (await cluster.list(podsPath)).filter((pod) => !isReady(pod));
    if (waiting.length === 0) return;
    for (const { metadata } of waiting) await makeReady(cluster, metadata.name);
  }
  assert.fail('the rollout does not end');
}

/** Puts a pod on a node, so that its deletion takes time. */
async function bind({ api, cluster }: Stage, name: string): Promise<void> {
  const target = { kind: 'Node', name: 'n' };
  const answer = await api.post(`${podsPath}/${name}/binding`, { metadata: { name }, target });
  assert.equal(answer.status, 201);
  await cluster.settled();
}

async function events({ list }: Stage): Promise<string[]> {
  const all = await list('/api/v1/namespaces/default/events');
  return all
    .filter(({ involvedObject }) => involvedObject.kind === 'StatefulSet')
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    .map(({ type, reason, message, source }) => `${source.component} ${type} ${reason}: ${message}`);
}

describe('a StatefulSet', () => {
  it('makes its pods one after the other, each when the one before is ready', async () => {
    await using cluster = await stage(controllers);
    const { metadata } = await cluster.create(sets, statefulSet(3));
    assert.deepEqual(await podNames(cluster), ['db-0']);
    const [pod] = await cluster.list(podsPath);
    const [revision] = await cluster.list(revisionsPath);
    assert.match(revision.metadata.name, /^db-[bcdfghjklmnpqrstvwxz2456789]+$/);
    assert.deepEqual(pod.metadata.labels, {
      app: 'db',
      'apps.kubernetes.io/pod-index': '0',
      'controller-revision-hash': revision.metadata.name,
      'statefulset.kubernetes.io/pod-name': 'db-0',
    });
    assert.equal(pod.spec.hostname, 'db-0');
    assert.equal(pod.spec.subdomain, 'dbs');
    const owner = { kind: 'StatefulSet', name: 'db', uid: metadata.uid };
    const reference = { apiVersion: 'apps/v1', ...owner, controller: true, blockOwnerDeletion: true };
    assert.deepEqual(pod.metadata.ownerReferences, [reference]);
    assert.deepEqual(revision.metadata.ownerReferences, [reference]);
    assert.equal(revision.revision, 1);

    await makeReady(cluster, 'db-0');
    assert.deepEqual(await podNames(cluster), ['db-0', 'db-1']);
    await makeReady(cluster, 'db-1');
    await makeReady(cluster, 'db-2');
    assert.deepEqual((await cluster.get(db)).status, {
      observedGeneration: 1,
      replicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      currentReplicas: 3,
      updatedReplicas: 3,
      currentRevision: revision.metadata.name,
      updateRevision: revision.metadata.name,
      collisionCount: 0,
    });
    assert.deepEqual(
      await events(cluster),
      ['db-0', 'db-1', 'db-2'].map(
        (name) =>
          `statefulset-controller Normal SuccessfulCreate: Create Pod ${name} in StatefulSet db successful`,
      ),
    );
  });

  it('is scaled down from its end, one pod at a time', async () => {
    await using cluster = await stage(controllers);
    await cluster.create(sets, statefulSet(3));
    await rolledOut(cluster);
    await bind(cluster, 'db-2');
    await cluster.merge(db, { spec: { replicas: 1 } });
    const last = await cluster.get(`${podsPath}/db-2`);
    assert.ok(last.metadata.deletionTimestamp);
    assert.deepEqual(await podNames(cluster), ['db-0', 'db-1', 'db-2']);
    await cluster.delete(`${podsPath}/db-2`, { gracePeriodSeconds: 0 });
    assert.deepEqual(await podNames(cluster), ['db-0']);
    assert.ok(
      (await events(cluster)).includes(
        'statefulset-controller Normal SuccessfulDelete: Delete Pod db-2 in StatefulSet db successful',
      ),
    );
  });

  it('does not go on where a pod is missing', async () => {
    await using cluster = await stage(controllers);
    await cluster.create(sets, statefulSet(3));
    await rolledOut(cluster);
    await cluster.merge(`${podsPath}/db-0/status`, {
      status: { conditions: [{ type: 'Ready', status: 'False' }] },
    });
    await cluster.merge(db, { spec: { replicas: 2 } });
    assert.equal((await cluster.list(podsPath)).length, 3);
    await makeReady(cluster, 'db-0');
    assert.deepEqual(await podNames(cluster), ['db-0', 'db-1']);
  });

  it('makes and deletes all at once when it may', async () => {
    await using cluster = await stage(controllers);
    await cluster.create(sets, statefulSet(4, { podManagementPolicy: 'Parallel' }));
    assert.deepEqual(await podNames(cluster), ['db-0', 'db-1', 'db-2', 'db-3']);
    await cluster.merge(db, { spec: { replicas: 1 } });
    assert.deepEqual(await podNames(cluster), ['db-0']);
  });

  it('numbers its pods from where it is told', async () => {
    await using cluster = await stage(controllers);
    await cluster.create(sets, statefulSet(2, { ordinals: { start: 5 } }));
    await rolledOut(cluster);
    assert.deepEqual(await podNames(cluster), ['db-5', 'db-6']);
    await cluster.merge(db, { spec: { ordinals: { start: 6 } } });
    await rolledOut(cluster);
    assert.deepEqual(await podNames(cluster), ['db-6', 'db-7']);
  });

  it('replaces pods that have failed or ended, and those that somebody deleted', async () => {
    await using cluster = await stage(controllers);
    await cluster.create(sets, statefulSet(2));
    await rolledOut(cluster);
    const uid = async (name: string) => (await cluster.get(`${podsPath}/${name}`)).metadata.uid;
    const [zero, one] = [await uid('db-0'), await uid('db-1')];
    await cluster.merge(`${podsPath}/db-0/status`, { status: { phase: 'Failed' } });
    await rolledOut(cluster);
    await cluster.delete(`${podsPath}/db-1`);
    await rolledOut(cluster);
    assert.notEqual(await uid('db-0'), zero);
    assert.notEqual(await uid('db-1'), one);
  });

  it('rolls from its end, and waits for each pod to be back', async () => {
    await using cluster = await stage(controllers);
    await cluster.create(sets, statefulSet(3));
    await rolledOut(cluster);
    const before = (await cluster.get(db)).status.currentRevision;
    await cluster.merge(db, image('db:2'));
    assert.deepEqual(await images(cluster), ['db:1', 'db:1', 'db:2']);
    const { status } = await cluster.get(db);
    assert.equal(status.currentRevision, before);
    assert.notEqual(status.updateRevision, before);
    assert.equal(status.currentReplicas, 2);
    assert.equal(status.updatedReplicas, 1);
    await makeReady(cluster, 'db-2');
    assert.deepEqual(await images(cluster), ['db:1', 'db:2', 'db:2']);
    await rolledOut(cluster);
    const done = (await cluster.get(db)).status;
    assert.equal(done.currentRevision, status.updateRevision);
    assert.equal(done.currentReplicas, 3);
  });

  it('leaves pods below the partition as they were, also new ones', async () => {
    await using cluster = await stage(controllers);
    await cluster.create(sets, statefulSet(3, { updateStrategy: { rollingUpdate: { partition: 2 } } }));
    await rolledOut(cluster);
    await cluster.merge(db, image('db:2'));
    await rolledOut(cluster);
    assert.deepEqual(await images(cluster), ['db:1', 'db:1', 'db:2']);
    await cluster.delete(`${podsPath}/db-1`);
    await rolledOut(cluster);
    assert.deepEqual(await images(cluster), ['db:1', 'db:1', 'db:2']);
    await cluster.merge(db, { spec: { updateStrategy: { rollingUpdate: { partition: 0 } } } });
    await rolledOut(cluster);
    assert.deepEqual(await images(cluster), ['db:2', 'db:2', 'db:2']);
  });

  it('leaves pods alone until they are deleted when it is told OnDelete', async () => {
    await using cluster = await stage(controllers);
    await cluster.create(sets, statefulSet(2, { updateStrategy: { type: 'OnDelete' } }));
    await rolledOut(cluster);
    await cluster.merge(db, image('db:2'));
    assert.deepEqual(await images(cluster), ['db:1', 'db:1']);
    await cluster.delete(`${podsPath}/db-0`);
    await rolledOut(cluster);
    assert.deepEqual(await images(cluster), ['db:2', 'db:1']);
  });

  it('remembers its templates, as many as it is told, and goes back to one', async () => {
    await using cluster = await stage(controllers);
    await cluster.create(sets, statefulSet(1, { revisionHistoryLimit: 1 }));
    await rolledOut(cluster);
    const first = (await cluster.get(db)).status.updateRevision;
    await cluster.merge(db, image('db:2'));
    await rolledOut(cluster);
    await cluster.merge(db, image('db:1'));
    await rolledOut(cluster);
    assert.equal((await cluster.get(db)).status.currentRevision, first);
    assert.equal((await cluster.get(`${revisionsPath}/${first}`)).revision, 3);
    await cluster.merge(db, image('db:3'));
    await rolledOut(cluster);
    await cluster.merge(db, image('db:4'));
    await rolledOut(cluster);
    assert.deepEqual((await cluster.list(revisionsPath)).map(({ revision }) => revision).toSorted(), [4, 5]);
  });

  it('counts a pod as available after minReadySeconds, and then goes on', async () => {
    await using cluster = await stage(controllers);
    await cluster.create(sets, statefulSet(2, { minReadySeconds: 30 }));
    await makeReady(cluster, 'db-0');
    assert.deepEqual(await podNames(cluster), ['db-0']);
    assert.equal((await cluster.get(db)).status.readyReplicas, 1);
    await cluster.cluster.runUntilIdle();
    assert.equal((await cluster.get(db)).status.availableReplicas, 1);
    assert.deepEqual(await podNames(cluster), ['db-0', 'db-1']);
  });

  it('makes the claims of its pods, and keeps them', async () => {
    await using cluster = await stage(controllers);
    await cluster.create(sets, statefulSet(2, { volumeClaimTemplates }));
    await rolledOut(cluster);
    const claims = await cluster.list(claimsPath);
    assert.deepEqual(names(claims), ['data-db-0', 'data-db-1']);
    assert.deepEqual(claims[0].metadata.labels, { app: 'db', tier: 'storage' });
    assert.equal(claims[0].metadata.ownerReferences, undefined);
    const [pod] = await cluster.list(podsPath);
    assert.deepEqual(pod.spec.volumes.find(({ name }: Loose) => name === 'data').persistentVolumeClaim, {
      claimName: 'data-db-0',
    });
    await cluster.merge(db, { spec: { replicas: 1 } });
    assert.equal((await cluster.list(claimsPath)).length, 2);
    assert.ok(
      (await events(cluster)).includes(
        'statefulset-controller Normal SuccessfulCreate: Create Claim data-db-0 Pod db-0 in StatefulSet db success',
      ),
    );
  });

  it('has claims go with a pod that is too many, or with the set', async () => {
    await using cluster = await stage(['statefulset', 'garbagecollector']);
    await cluster.create(
      sets,
      statefulSet(2, {
        volumeClaimTemplates,
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Delete' },
      }),
    );
    await rolledOut(cluster);
    const [zero] = await cluster.list(claimsPath);
    assert.equal(zero.metadata.ownerReferences[0].kind, 'StatefulSet');
    await cluster.merge(db, { spec: { replicas: 1 } });
    await cluster.cluster.runUntilIdle();
    assert.deepEqual(names(await cluster.list(claimsPath)), ['data-db-0']);
    await cluster.merge(db, { spec: { replicas: 2 } });
    await rolledOut(cluster);
    assert.equal((await cluster.list(claimsPath)).length, 2);
    await cluster.delete(db);
    await cluster.cluster.runUntilIdle();
    assert.deepEqual(await cluster.list(claimsPath), []);
    assert.deepEqual(await cluster.list(podsPath), []);
    assert.deepEqual(await cluster.list(revisionsPath), []);
  });

  it('adopts pods that have its names', async () => {
    await using cluster = await stage(controllers);
    for (const name of ['db-0', 'other']) {
      await cluster.create(podsPath, { ...template(), metadata: { name, labels: { app: 'db' } } });
    }
    const { metadata } = await cluster.create(sets, statefulSet(1));
    const adopted = await cluster.get(`${podsPath}/db-0`);
    assert.equal(adopted.metadata.ownerReferences[0].uid, metadata.uid);
    assert.equal((await cluster.get(`${podsPath}/other`)).metadata.ownerReferences, undefined);
  });

  it('knows a revision that kube-controller-manager made', async () => {
    await using cluster = await stage([]);
    const { metadata } = await cluster.create(sets, statefulSet(0));
    const { spec } = await cluster.get(db);
    const { metadata: named, ...rest } = spec.template;
    const kept = { ...rest, metadata: { ...named, creationTimestamp: null }, $patch: 'replace' };
    const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: metadata.uid };
    await cluster.create(revisionsPath, {
      metadata: {
        name: 'db-7c9f',
        labels: { app: 'db' },
        ownerReferences: [{ ...owner, controller: true }],
      },
      data: { spec: { template: kept } },
      revision: 4,
    });
    await using _ = await controllersFor(cluster, controllers);
    assert.deepEqual(names(await cluster.list(revisionsPath)), ['db-7c9f']);
    assert.equal((await cluster.get(db)).status.updateRevision, 'db-7c9f');
  });

  it('says why there is no pod', async () => {
    await using cluster = await stage(controllers);
    const quotas = '/api/v1/namespaces/default/resourcequotas';
    await cluster.create(quotas, { metadata: { name: 'q' }, spec: { hard: { pods: '0' } } });
    await cluster.merge(`${quotas}/q/status`, { status: { hard: { pods: '0' }, used: { pods: '0' } } });
    await cluster.create(sets, statefulSet(1));
    const [told] = await events(cluster);
    assert.match(
      told!,
      /^statefulset-controller Warning FailedCreate: Create Pod db-0 in StatefulSet db failed error: pods "db-0" is forbidden: exceeded quota: q, /,
    );
    await cluster.delete(`${quotas}/q`);
    await cluster.cluster.runUntilIdle({ withinMs: 1_000 });
    assert.deepEqual(await podNames(cluster), ['db-0']);
  });

  it('ends in the same state wherever its controller dies', async () => {
    const states = new Set<string>();
    for (let writes = 1, died = true; died; writes++) {
      await using cluster = await stage([]);
      const work = async (settled: () => Promise<void>) => {
        for (let round = 0; round < 20; round++) {
          await settled();
          const waiting = (await cluster.list(podsPath)).filter((pod) => !isReady(pod));
          if (waiting.length === 0) break;
          for (const { metadata } of waiting) await makeReady(cluster, metadata.name);
        }
      };
      const scenario = async (settled: () => Promise<void>) => {
        await cluster.create(sets, statefulSet(2, { volumeClaimTemplates }));
        await work(settled);
        await cluster.merge(db, image('db:2'));
        await work(settled);
      };
      died = await diesAfter(cluster, controllers, writes, scenario, work);
      const { observedGeneration: _, ...status } = (await cluster.get(db)).status;
      const state = [status, await images(cluster), names(await cluster.list(claimsPath))];
      states.add(JSON.stringify(state));
    }
    assert.equal(states.size, 1, [...states].join('\n'));
  });
});
