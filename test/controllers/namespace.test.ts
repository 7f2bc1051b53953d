import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Loose } from '../helpers/api.ts';
import { controllersFor, type Stage, stage } from './kit.ts';

const path = '/api/v1/namespaces/doomed';
const start = async (): Promise<Stage> => {
  const cluster = await stage(['namespace']);
  await cluster.create('/api/v1/namespaces', { metadata: { name: 'doomed' } });
  return cluster;
};

/** Makes `count` config maps at once. */
const fill = ({ api, cluster }: Stage, count: number) =>
  Promise.all(
    Array.from({ length: count }, (_, i) =>
      api.post(`${path}/configmaps`, { metadata: { name: `c${i}` }, data: { i: String(i) } }),
    ),
  ).then(() => cluster.settled());

const conditionsOf = async ({ get }: Stage): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await get(path)).status.conditions.map(({ type, status, reason, message }: Loose) => [
      type,
      `${status} ${reason}: ${message}`,
    ]),
  );

const isGone = async ({ api }: Stage): Promise<boolean> => (await api.get(path)).status === 404;

const pod = {
  metadata: { name: 'web' },
  spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'i' }] },
};

const allWell = {
  NamespaceDeletionDiscoveryFailure: 'False ResourcesDiscovered: All resources successfully discovered',
  NamespaceDeletionGroupVersionParsingFailure:
    'False ParsedGroupVersions: All legacy kube types successfully parsed',
  NamespaceDeletionContentFailure:
    'False ContentDeleted: All content successfully deleted, may be waiting on finalization',
  NamespaceContentRemaining: 'False ContentRemoved: All content successfully removed',
  NamespaceFinalizersRemaining: 'False ContentHasNoFinalizers: All content-preserving finalizers finished',
};

describe('a namespace that is deleted', () => {
  it('goes with everything in it, and nothing else goes', async () => {
    await using cluster = await start();
    await fill(cluster, 1_200);
    await cluster.create(`${path}/services`, { metadata: { name: 's' }, spec: { ports: [{ port: 80 }] } });
    await cluster.create('/apis/apps/v1/namespaces/doomed/replicasets', {
      metadata: { name: 'web' },
      spec: {
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } }, spec: pod.spec },
      },
    });
    await cluster.create('/api/v1/namespaces/default/configmaps', { metadata: { name: 'other' } });
    await cluster.delete(path);
    assert.ok(await isGone(cluster));
    assert.deepEqual(await cluster.list(`${path}/configmaps`), []);
    assert.deepEqual(await cluster.list(`${path}/services`), []);
    assert.deepEqual(await cluster.list('/apis/apps/v1/namespaces/doomed/replicasets'), []);
    await cluster.get('/api/v1/namespaces/default/configmaps/other');
  });

  it('says which finalizers hold it, and goes as soon as they are removed', async () => {
    await using cluster = await start();
    await fill(cluster, 3);
    await cluster.merge(`${path}/configmaps/c0`, { metadata: { finalizers: ['example.com/a'] } });
    await cluster.merge(`${path}/configmaps/c1`, {
      metadata: { finalizers: ['example.com/a', 'example.com/b'] },
    });
    await cluster.delete(path);
    assert.deepEqual(await conditionsOf(cluster), {
      ...allWell,
      NamespaceContentRemaining:
        'True SomeResourcesRemain: Some resources are remaining: configmaps. has 2 resource instances',
      NamespaceFinalizersRemaining:
        'True SomeFinalizersRemain: Some content in the namespace has finalizers remaining: example.com/a in 2 resource instances, example.com/b in 1 resource instances',
    });
    assert.deepEqual(await cluster.cluster.runUntilIdle(), { idle: true, nextAt: undefined });
    await cluster.merge(`${path}/configmaps/c1`, { metadata: { finalizers: [] } });
    await cluster.cluster.runUntilIdle();
    const { NamespaceFinalizersRemaining: held } = await conditionsOf(cluster);
    assert.match(held!, /remaining: example.com\/a in 1 resource instances$/);
    await cluster.merge(`${path}/configmaps/c0`, { metadata: { finalizers: [] } });
    assert.ok(await isGone(cluster));
  });

  it('ends its pods before it touches anything else', async () => {
    await using cluster = await start();
    await fill(cluster, 1);
    await cluster.create(`${path}/pods`, pod);
    await cluster.delete(path);
    const { metadata } = await cluster.get(`${path}/pods/web`);
    assert.equal(metadata.deletionGracePeriodSeconds, 30);
    assert.equal((await cluster.get(`${path}/configmaps/c0`)).metadata.deletionTimestamp, undefined);
    assert.deepEqual(await conditionsOf(cluster), {
      ...allWell,
      NamespaceContentRemaining:
        'True SomeResourcesRemain: Some resources are remaining: pods. has 1 resource instances',
    });
    await cluster.delete(`${path}/pods/web`, { gracePeriodSeconds: 0 });
    assert.ok(await isGone(cluster));
  });

  it('says that a pod stays longer than it should', async () => {
    await using cluster = await start();
    await cluster.create(`${path}/pods`, pod);
    await cluster.delete(path);
    await cluster.cluster.runUntilIdle();
    const { NamespaceDeletionContentFailure: failure } = await conditionsOf(cluster);
    assert.equal(
      failure,
      'True ContentDeletionFailed: Failed to delete all resource types, 1 remaining: unexpected items still remain in namespace: doomed for gvr: /v1, Resource=pods',
    );
    await cluster.delete(`${path}/pods/web`, { gracePeriodSeconds: 0 });
    assert.ok(await isGone(cluster));
  });

  it('waits, empty, for finalizers of its own', async () => {
    await using cluster = await stage(['namespace']);
    await cluster.create('/api/v1/namespaces', {
      metadata: { name: 'doomed' },
      spec: { finalizers: ['example.com/mine'] },
    });
    await fill(cluster, 1);
    await cluster.delete(path);
    assert.deepEqual(await cluster.list(`${path}/configmaps`), []);
    const left = await cluster.get(path);
    assert.deepEqual(left.spec.finalizers, ['example.com/mine']);
    assert.deepEqual(await conditionsOf(cluster), allWell);
    await cluster.api.put(`${path}/finalize`, { ...left, spec: { finalizers: [] } });
    assert.ok(await isGone(cluster));
  });

  it('is emptied by whoever finds it when they begin', async () => {
    await using cluster = await stage([]);
    await cluster.create('/api/v1/namespaces', { metadata: { name: 'doomed' } });
    await fill(cluster, 2);
    await cluster.delete(path);
    assert.equal((await cluster.get(path)).status.phase, 'Terminating');
    await using _ = await controllersFor(cluster, ['namespace']);
    assert.ok(await isGone(cluster));
  });

  it('is left alone for a moment where other servers may not have heard of it yet', async () => {
    await using cluster = await stage([]);
    await cluster.create('/api/v1/namespaces', { metadata: { name: 'doomed' } });
    await fill(cluster, 1);
    await using running = await controllersFor(cluster, ['namespace'], { candidate: 'this one' });
    await cluster.delete(path);
    const after = async (ms: number) => {
      cluster.clock.advance(ms);
      await running.settled();
    };
    await after(4_000);
    assert.equal((await cluster.list(`${path}/configmaps`)).length, 1);
    await after(1_000);
    assert.ok(await isGone(cluster));
  });
});
