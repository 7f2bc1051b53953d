import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Loose } from '../helpers/api.ts';
import { makeReady, podsPath, type Stage, stage } from './kit.ts';

const sets = '/apis/apps/v1/namespaces/default/replicasets';
const controllers = '/api/v1/namespaces/default/replicationcontrollers';

const template = (labels: object) => ({
  metadata: { labels },
  spec: { containers: [{ name: 'c', image: 'i' }] },
});

const replicaSet = (replicas: number, spec: object = {}) => ({
  metadata: { name: 'web' },
  spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: template({ app: 'web' }), ...spec },
});

const names = (objects: readonly Loose[]) => objects.map(({ metadata }) => metadata.name);
const only = async ({ list }: Stage): Promise<Loose> => {
  const [pod] = await list(podsPath);
  return pod;
};

describe('a ReplicaSet', () => {
  it('adopts a pod that names it as an owner already, and is named once', async () => {
    await using cluster = await stage(['replicaset']);
    const { metadata } = await cluster.create(sets, replicaSet(0));
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: metadata.uid };
    await cluster.create(podsPath, {
      metadata: { name: 'mine', labels: { app: 'other' }, ownerReferences: [owner] },
      ...{ spec: template({}).spec },
    });
    // So that it is the other one that is too many.
    await makeReady(cluster, 'mine');
    await cluster.merge(`${sets}/web`, { spec: { replicas: 1 } });
    await cluster.merge(`${podsPath}/mine`, { metadata: { labels: { app: 'web' } } });
    const pod = await cluster.get(`${podsPath}/mine`);
    assert.deepEqual(
      pod.metadata.ownerReferences.map(({ uid, controller }: Loose) => [uid, controller]),
      [[metadata.uid, true]],
    );
  });

  it('makes its pods and counts them', async () => {
    await using cluster = await stage(['replicaset']);
    const created = await cluster.create(sets, replicaSet(3));
    const pods = await cluster.list(podsPath);
    assert.equal(pods.length, 3);
    for (const { metadata } of pods) {
      assert.match(metadata.name, /^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
      assert.deepEqual(metadata.labels, { app: 'web' });
      assert.deepEqual(metadata.ownerReferences, [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: 'web',
          uid: created.metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ]);
    }
    await makeReady(cluster, pods[0].metadata.name);
    const { status } = await cluster.get(`${sets}/web`);
    assert.deepEqual(status, {
      replicas: 3,
      fullyLabeledReplicas: 3,
      readyReplicas: 1,
      availableReplicas: 1,
      terminatingReplicas: 0,
      observedGeneration: 1,
    });
    const events = await cluster.list('/api/v1/namespaces/default/events');
    assert.deepEqual(
      new Set(events.map(({ reason, message }) => `${reason}: ${message}`)),
      new Set(names(pods).map((name) => `SuccessfulCreate: Created pod: ${name}`)),
    );
    assert.equal(events[0].source.component, 'replicaset-controller');
  });

  it('replaces a pod that is deleted or has failed', async () => {
    await using cluster = await stage(['replicaset']);
    await cluster.create(sets, replicaSet(1));
    const first = await only(cluster);
    await cluster.delete(`${podsPath}/${first.metadata.name}`, { gracePeriodSeconds: 0 });
    const second = await only(cluster);
    assert.notEqual(second.metadata.uid, first.metadata.uid);
    await cluster.merge(`${podsPath}/${second.metadata.name}/status`, { status: { phase: 'Failed' } });
    assert.equal((await cluster.list(podsPath)).length, 2);
  });

  it('scales down those first that do the least', async () => {
    await using cluster = await stage(['replicaset']);
    await cluster.create(sets, replicaSet(3));
    const [ready, pending, other] = names(await cluster.list(podsPath));
    await makeReady(cluster, ready!);
    await makeReady(cluster, other!);
    await cluster.merge(`${podsPath}/${ready}`, {
      metadata: { annotations: { 'controller.kubernetes.io/pod-deletion-cost': '-1' } },
    });
    await cluster.merge(`${sets}/web`, { spec: { replicas: 2 } });
    assert.ok(!names(await cluster.list(podsPath)).includes(pending!));
    await cluster.merge(`${sets}/web`, { spec: { replicas: 1 } });
    assert.deepEqual(names(await cluster.list(podsPath)), [other]);
  });

  it('adopts orphans that it selects, and lets go of what it no longer selects', async () => {
    await using cluster = await stage(['replicaset']);
    await cluster.create(podsPath, {
      metadata: { name: 'orphan', labels: { app: 'web' } },
      spec: template({}).spec,
    });
    const { metadata } = await cluster.create(podsPath, {
      metadata: { name: 'stray', labels: { app: 'web' } },
      spec: template({}).spec,
    });
    assert.equal(metadata.ownerReferences, undefined);
    const { metadata: own } = await cluster.create(sets, replicaSet(2));
    assert.deepEqual(names(await cluster.list(podsPath)), ['orphan', 'stray']);
    assert.equal((await cluster.get(`${podsPath}/stray`)).metadata.ownerReferences[0].uid, own.uid);
    await cluster.merge(`${podsPath}/stray`, { metadata: { labels: { app: 'other' } } });
    assert.equal((await cluster.get(`${podsPath}/stray`)).metadata.ownerReferences, undefined);
    assert.equal((await cluster.list(`${podsPath}?labelSelector=app=web`)).length, 2);
  });

  it('counts a pod as available after minReadySeconds', async () => {
    await using cluster = await stage(['replicaset']);
    await cluster.create(sets, replicaSet(1, { minReadySeconds: 30 }));
    await makeReady(cluster, (await only(cluster)).metadata.name);
    assert.equal((await cluster.get(`${sets}/web`)).status.availableReplicas, undefined);
    const begun = cluster.clock.now();
    assert.deepEqual(await cluster.cluster.runUntilIdle(), { idle: true, nextAt: undefined });
    assert.equal(cluster.clock.now() - begun, 30_000);
    assert.equal((await cluster.get(`${sets}/web`)).status.availableReplicas, 1);
  });

  it('says why it cannot make pods, and makes them when it can', async () => {
    await using cluster = await stage(['replicaset']);
    const quotas = '/api/v1/namespaces/default/resourcequotas';
    await cluster.create(quotas, { metadata: { name: 'q' }, spec: { hard: { pods: '0' } } });
    await cluster.merge(`${quotas}/q/status`, { status: { hard: { pods: '0' }, used: { pods: '0' } } });
    await cluster.create(sets, replicaSet(2));
    const [condition] = (await cluster.get(`${sets}/web`)).status.conditions;
    assert.equal(condition.type, 'ReplicaFailure');
    assert.equal(condition.reason, 'FailedCreate');
    assert.match(condition.message, /^pods "web-\w{5}" is forbidden: exceeded quota: q, /);
    await cluster.delete(`${quotas}/q`);
    await cluster.cluster.runUntilIdle();
    assert.equal((await cluster.list(podsPath)).length, 2);
    assert.equal((await cluster.get(`${sets}/web`)).status.conditions, undefined);
  });
});

describe('a ReplicationController', () => {
  it('makes its pods', async () => {
    await using cluster = await stage(['replicationcontroller']);
    await cluster.create(controllers, {
      metadata: { name: 'old' },
      spec: { replicas: 2, selector: { app: 'old' }, template: template({ app: 'old' }) },
    });
    assert.equal((await cluster.list(podsPath)).length, 2);
    assert.equal((await cluster.get(`${controllers}/old`)).status.replicas, 2);
  });
});
