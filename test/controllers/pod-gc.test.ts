import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { podsPath, type Stage, stage } from './kit.ts';

const nodes = '/api/v1/nodes';
const pod = (name: string, nodeName?: string, metadata: object = {}) => ({
  metadata: { name, ...metadata },
  spec: { ...(nodeName ? { nodeName } : {}), containers: [{ name: 'c', image: 'i' }] },
});
const start = (): Promise<Stage> => stage(['podgc']);
const names = async ({ list }: Stage) => (await list(podsPath)).map(({ metadata }) => metadata.name);

describe('pod garbage collection', () => {
  it('ends pods of a node that is gone, after a while', async () => {
    await using cluster = await start();
    await cluster.create(nodes, { metadata: { name: 'n' } });
    await cluster.create(podsPath, pod('web', 'n', { finalizers: ['example.com/held'] }));
    await cluster.create(podsPath, pod('other'));
    await cluster.delete(`${nodes}/n`);
    await cluster.cluster.advance(39_000);
    assert.equal((await cluster.get(`${podsPath}/web`)).status.phase, 'Pending');
    await cluster.cluster.advance(1_000);
    const { metadata, status } = await cluster.get(`${podsPath}/web`);
    assert.notEqual(metadata.deletionTimestamp, undefined);
    assert.equal(status.phase, 'Failed');
    const { type, status: is, reason, message } = status.conditions.at(-1);
    assert.deepEqual(
      [type, is, reason, message],
      ['DisruptionTarget', 'True', 'DeletionByPodGC', 'PodGC: node no longer exists'],
    );
    await cluster.merge(`${podsPath}/web`, { metadata: { finalizers: null } });
    assert.deepEqual(await names(cluster), ['other']);
    assert.deepEqual(await cluster.cluster.runUntilIdle(), { idle: true, nextAt: undefined });
  });

  it('spares pods of a node that appears in time', async () => {
    await using cluster = await start();
    await cluster.create(podsPath, pod('web', 'late'));
    await cluster.create(nodes, { metadata: { name: 'late' } });
    await cluster.cluster.runUntilIdle();
    assert.deepEqual(await names(cluster), ['web']);
  });

  it('ends terminating pods of a node that is out of service', async () => {
    await using cluster = await start();
    await cluster.create(nodes, { metadata: { name: 'n' } });
    await cluster.create(podsPath, pod('web', 'n'));
    await cluster.create(podsPath, pod('stays', 'n'));
    await cluster.delete(`${podsPath}/web`);
    assert.deepEqual(await names(cluster), ['stays', 'web']);
    await cluster.merge(`${nodes}/n`, {
      spec: { taints: [{ key: 'node.kubernetes.io/out-of-service', effect: 'NoExecute', value: 'x' }] },
    });
    assert.deepEqual(await names(cluster), ['stays']);
  });

  it('marks as failed what is deleted before it had a node', async () => {
    await using cluster = await start();
    await cluster.create(podsPath, pod('web', undefined, { finalizers: ['example.com/held'] }));
    await cluster.delete(`${podsPath}/web`);
    assert.equal((await cluster.get(`${podsPath}/web`)).status.phase, 'Failed');
  });
});
