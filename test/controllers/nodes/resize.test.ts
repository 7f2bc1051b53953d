import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { expectCode } from '../../helpers/api.ts';
import { podsPath, type Stage, stage } from '../kit.ts';
import { boundPod, condition, containerOf, eventsOf, get } from './pods.ts';

const cpu = (amount: string) => ({ resources: { requests: { cpu: amount } } });

async function resize({ api, cluster }: Stage, name: string, amount: string): Promise<void> {
  const patch = { spec: { containers: [{ name: 'main', ...cpu(amount) }] } };
  expectCode(await api.patch(`${podsPath}/${name}/resize`, 'strategic', patch), 200);
  await cluster.settled();
}

describe('a pod that is resized', () => {
  it('is given what it asks for where it runs', async () => {
    await using cluster = await stage([], { nodes: 1 });
    await cluster.create(podsPath, boundPod('p', {}, cpu('1')));
    await resize(cluster, 'p', '2');
    const { allocatedResources, resources, restartCount } = await containerOf(cluster, 'p');
    assert.deepEqual([allocatedResources, resources.requests, restartCount], [{ cpu: '2' }, { cpu: '2' }, 0]);
    assert.equal((await get(cluster, 'p')).status.observedGeneration, 2);
    assert.deepEqual(
      (await eventsOf(cluster, 'p')).filter((text) => text.startsWith('Resize')),
      [
        'ResizeStarted: Pod resize started: {"containers":[{"name":"main","resources":{"requests":{"cpu":"2"}}}],"generation":2}',
        'ResizeCompleted: Pod resize completed: {"containers":[{"name":"main","resources":{"requests":{"cpu":"2"}}}],"generation":2}',
      ],
    );
  });

  it('is started anew when its policy wants that', async () => {
    await using cluster = await stage([], { nodes: 1 });
    const resizePolicy = [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }];
    await cluster.create(podsPath, boundPod('p', {}, { ...cpu('1'), resizePolicy }));
    await resize(cluster, 'p', '2');
    assert.equal((await containerOf(cluster, 'p')).restartCount, 1);
    assert.ok((await eventsOf(cluster, 'p')).includes('Killing: Container main resize requires restart'));
  });

  it('waits until there is room', async () => {
    await using cluster = await stage([], { nodes: 1, nodeCapacity: { cpu: '4' } });
    await cluster.create(podsPath, boundPod('other', {}, cpu('2')));
    await cluster.create(podsPath, boundPod('p', {}, cpu('1')));
    await resize(cluster, 'p', '3');
    const pending = await condition(cluster, 'p', 'PodResizePending');
    assert.deepEqual(
      [pending.status, pending.reason, pending.message],
      [
        'True',
        'Deferred',
        "Node didn't have enough resource: cpu, requested: 3000, used: 2000, capacity: 4000",
      ],
    );
    assert.deepEqual((await containerOf(cluster, 'p')).allocatedResources, { cpu: '1' });
    await cluster.delete(`${podsPath}/other`);
    assert.equal(await condition(cluster, 'p', 'PodResizePending'), undefined);
    assert.deepEqual((await containerOf(cluster, 'p')).allocatedResources, { cpu: '3' });
  });
});
