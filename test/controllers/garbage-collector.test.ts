import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Loose } from '../helpers/api.ts';
import { controllersFor, podsPath, type Stage, stage } from './kit.ts';

const maps = '/api/v1/namespaces/default/configmaps';
const start = (): Promise<Stage> => stage(['garbagecollector']);

interface Owner {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly uid?: string;
  readonly blocks?: boolean;
}

const reference = (owner: Loose, { blocks = true, ...other }: Owner = {}) => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid,
  ...other,
  blockOwnerDeletion: blocks,
});

/** Makes a config map that is owned by these. */
const make = ({ create }: Stage, name: string, ownerReferences: readonly object[] = [], more: object = {}) =>
  create(maps, { metadata: { name, ownerReferences, ...more } });

const names = async ({ list }: Stage, path = maps): Promise<string[]> =>
  (await list(path))
    .map(({ metadata }: Loose) => metadata.name)
    .filter((name: string) => name !== 'kube-root-ca.crt')
    .sort();

const hold = (cluster: Stage, name: string) =>
  cluster.merge(`${maps}/${name}`, { metadata: { finalizers: ['example.com/held'] } });
const release = (cluster: Stage, name: string) =>
  cluster.merge(`${maps}/${name}`, { metadata: { finalizers: null } });

describe('the garbage collector, in the background', () => {
  it('deletes what an object owned, and what that owned, when it is gone', async () => {
    await using cluster = await start();
    const owner = await make(cluster, 'owner');
    const child = await make(cluster, 'child', [reference(owner)]);
    await make(cluster, 'grandchild', [reference(child)]);
    await make(cluster, 'other');
    await cluster.delete(`${maps}/owner`);
    assert.deepEqual(await names(cluster), ['other']);
  });

  it('keeps what has another owner, and takes the one that is gone from it', async () => {
    await using cluster = await start();
    const [one, two] = [await make(cluster, 'one'), await make(cluster, 'two')];
    await make(cluster, 'child', [reference(one), reference(two)]);
    await cluster.delete(`${maps}/one`);
    const child = await cluster.get(`${maps}/child`);
    assert.deepEqual(child.metadata.ownerReferences, [reference(two)]);
    await cluster.delete(`${maps}/two`);
    assert.deepEqual(await names(cluster), []);
  });

  it('deletes circles', async () => {
    await using cluster = await start();
    const a = await make(cluster, 'a');
    const b = await make(cluster, 'b', [reference(a)]);
    await cluster.merge(`${maps}/a`, { metadata: { ownerReferences: [reference(b)] } });
    await cluster.delete(`${maps}/a`);
    assert.deepEqual(await names(cluster), []);
  });

  it('deletes what is made for an owner that was never there', async () => {
    await using cluster = await start();
    const owner = await make(cluster, 'owner');
    await make(cluster, 'absent', [reference(owner, { name: 'nobody' })]);
    await make(cluster, 'older', [reference(owner, { uid: '5f2b4f60-0000-4000-8000-000000000000' })]);
    await make(cluster, 'of-another-kind', [reference(owner, { kind: 'Secret' })]);
    assert.deepEqual(await names(cluster), ['owner']);
  });

  it('leaves alone whose owner is of a kind that is not served', async () => {
    await using cluster = await start();
    const owner = await make(cluster, 'owner');
    await make(cluster, 'child', [reference(owner, { apiVersion: 'example.com/v1', kind: 'Widget' })]);
    await cluster.delete(`${maps}/owner`);
    assert.deepEqual(await names(cluster), ['child']);
    assert.deepEqual(await cluster.cluster.runUntilIdle(), { idle: true, nextAt: undefined });
  });

  it('works for owners without a namespace', async () => {
    await using cluster = await start();
    const owner = await cluster.create('/apis/storage.k8s.io/v1/storageclasses', {
      metadata: { name: 'owner' },
      provisioner: 'example.com/p',
    });
    await make(cluster, 'child', [reference(owner)]);
    assert.deepEqual(await names(cluster), ['child']);
    await cluster.delete('/apis/storage.k8s.io/v1/storageclasses/owner');
    assert.deepEqual(await names(cluster), []);
  });

  it('refuses owners in other namespaces, and says so', async () => {
    await using cluster = await start();
    const far = await cluster.create('/api/v1/namespaces/kube-public/configmaps', {
      metadata: { name: 'far' },
    });
    await make(cluster, 'child', [reference(far)]);
    assert.deepEqual(await names(cluster), []);
    const [event] = await cluster.list('/api/v1/namespaces/default/events');
    const { name, uid } = far.metadata;
    assert.equal(event.type, 'Warning');
    assert.equal(event.reason, 'OwnerRefInvalidNamespace');
    assert.equal(
      event.message,
      `ownerRef [v1/ConfigMap, namespace: default, name: ${name}, uid: ${uid}] does not exist in namespace "default"`,
    );
    assert.equal(event.source.component, 'garbage-collector-controller');
    assert.equal(event.involvedObject.name, 'child');
  });

  it('keeps an object without a namespace that names an owner in one, and says so', async () => {
    await using cluster = await start();
    const owner = await make(cluster, 'owner');
    await cluster.create('/api/v1/namespaces', {
      metadata: { name: 'strange', ownerReferences: [reference(owner)] },
    });
    await cluster.get('/api/v1/namespaces/strange');
    const [event] = await cluster.list('/api/v1/namespaces/default/events');
    assert.match(
      event.message,
      /^ownerRef \[v1\/ConfigMap, namespace: , name: owner, uid: .*in namespace ""$/,
    );
  });

  it('collects what became garbage while it was not running', async () => {
    await using cluster = await stage([]);
    const owner = await make(cluster, 'owner');
    await make(cluster, 'child', [reference(owner)]);
    const waiting = await make(cluster, 'waiting');
    await make(cluster, 'blocking', [reference(waiting)]);
    const orphaning = await make(cluster, 'orphaning');
    await make(cluster, 'orphan', [reference(orphaning)]);
    await cluster.delete(`${maps}/owner`);
    await cluster.delete(`${maps}/waiting`, { propagationPolicy: 'Foreground' });
    await cluster.delete(`${maps}/orphaning`, { propagationPolicy: 'Orphan' });
    assert.equal((await names(cluster)).length, 5);
    await using _ = await controllersFor(cluster, ['garbagecollector']);
    assert.deepEqual(await names(cluster), ['orphan']);
  });
});

describe('the garbage collector, in the foreground', () => {
  const foreground = { propagationPolicy: 'Foreground' };

  it('lets the owner wait for those that block it', async () => {
    await using cluster = await start();
    const owner = await make(cluster, 'owner');
    await make(cluster, 'blocking', [reference(owner)]);
    await make(cluster, 'other', [reference(owner, { blocks: false })]);
    await hold(cluster, 'blocking');
    await hold(cluster, 'other');
    await cluster.delete(`${maps}/owner`, foreground);
    const { metadata } = await cluster.get(`${maps}/owner`);
    assert.deepEqual(metadata.finalizers, ['foregroundDeletion']);
    assert.notEqual((await cluster.get(`${maps}/blocking`)).metadata.deletionTimestamp, undefined);
    await release(cluster, 'blocking');
    assert.deepEqual(await names(cluster), ['other']);
    await release(cluster, 'other');
    assert.deepEqual(await names(cluster), []);
  });

  it('goes down the whole tree, leaves first', async () => {
    await using cluster = await start();
    const owner = await make(cluster, 'owner');
    const child = await make(cluster, 'child', [reference(owner)]);
    await make(cluster, 'leaf', [reference(child)]);
    await hold(cluster, 'leaf');
    await cluster.delete(`${maps}/owner`, foreground);
    for (const name of ['owner', 'child']) {
      assert.deepEqual((await cluster.get(`${maps}/${name}`)).metadata.finalizers, ['foregroundDeletion']);
    }
    await release(cluster, 'leaf');
    assert.deepEqual(await names(cluster), []);
  });

  it('does not wait for what has another owner', async () => {
    await using cluster = await start();
    const [one, two] = [await make(cluster, 'one'), await make(cluster, 'two')];
    await make(cluster, 'child', [reference(one), reference(two)]);
    await cluster.delete(`${maps}/one`, foreground);
    assert.deepEqual(await names(cluster), ['child', 'two']);
    assert.deepEqual((await cluster.get(`${maps}/child`)).metadata.ownerReferences, [reference(two)]);
  });

  it('deletes circles', async () => {
    await using cluster = await start();
    const a = await make(cluster, 'a');
    const b = await make(cluster, 'b', [reference(a)]);
    const c = await make(cluster, 'c', [reference(b)]);
    await cluster.merge(`${maps}/a`, { metadata: { ownerReferences: [reference(c)] } });
    await cluster.delete(`${maps}/a`, foreground);
    assert.deepEqual(await names(cluster), []);
  });

  it('deletes an owner that is unblocked meanwhile', async () => {
    await using cluster = await start();
    const owner = await make(cluster, 'owner');
    await make(cluster, 'child', [reference(owner)]);
    await hold(cluster, 'child');
    await cluster.delete(`${maps}/owner`, foreground);
    assert.deepEqual(await names(cluster), ['child', 'owner']);
    await cluster.merge(`${maps}/child`, {
      metadata: { ownerReferences: [reference(owner, { blocks: false })] },
    });
    assert.deepEqual(await names(cluster), ['child']);
  });
});

describe('the garbage collector, orphaning', () => {
  it('lets what was owned live on', async () => {
    await using cluster = await start();
    const owner = await make(cluster, 'owner');
    for (let i = 0; i < 150; i++) await cluster.api.post(maps, orphan(`child-${i}`, owner));
    await cluster.delete(`${maps}/owner`, { propagationPolicy: 'Orphan' });
    const children = (await cluster.list(maps)).filter(({ metadata }) => /^child/.test(metadata.name));
    assert.equal(children.length, 150);
    assert.ok(children.every(({ metadata }) => metadata.ownerReferences === undefined));
    assert.equal((await cluster.api.get(`${maps}/owner`)).status, 404);
  });
});

const orphan = (name: string, owner: Loose) => ({
  metadata: { name, ownerReferences: [reference(owner)] },
});

describe('the garbage collector, with controllers', () => {
  it('deletes the pods of a ReplicaSet that is deleted, and does not let it make others', async () => {
    await using cluster = await stage(['garbagecollector', 'replicaset']);
    const sets = '/apis/apps/v1/namespaces/default/replicasets';
    const template = {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    };
    await cluster.create(sets, {
      metadata: { name: 'web' },
      spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template },
    });
    assert.equal((await cluster.list(podsPath)).length, 3);
    await cluster.delete(`${sets}/web`);
    assert.deepEqual(await cluster.list(podsPath), []);
  });
});
