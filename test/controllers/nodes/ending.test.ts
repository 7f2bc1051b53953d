import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { expectCode } from '../../helpers/api.ts';
import { podsPath, type Stage, stage } from '../kit.ts';
import { behavingPod, boundPod, containerOf, eventsOf, get, stateOf } from './pods.ts';

const isThere = async ({ api }: Stage, name: string) => (await api.get(`${podsPath}/${name}`)).status === 200;

describe('a pod that is deleted', () => {
  it('goes at once when its containers listen to SIGTERM', async () => {
    await using cluster = await stage([], { nodes: 1 });
    await cluster.create(podsPath, boundPod('p'));
    await cluster.delete(`${podsPath}/p`);
    assert.equal(await isThere(cluster, 'p'), false);
    assert.ok((await eventsOf(cluster, 'p')).includes('Killing: Stopping container main'));
  });

  it('keeps the time that it asks for when they do not', async () => {
    await using cluster = await stage([], { nodes: 1 });
    await cluster.create(podsPath, behavingPod('p', [{ ignoresTermination: true }]));
    await cluster.delete(`${podsPath}/p`);
    await cluster.cluster.advance(29_000);
    assert.equal(stateOf(await containerOf(cluster, 'p')), 'Running');
    await cluster.cluster.advance(1_500);
    assert.equal(await isThere(cluster, 'p'), false);
  });

  it('sleeps before it stops, and stops within the rest', async () => {
    await using cluster = await stage([], { nodes: 1 });
    const lifecycle = { preStop: { sleep: { seconds: 10 } } };
    await cluster.create(podsPath, behavingPod('p', [{ terminationSeconds: 3 }], {}, { lifecycle }));
    await cluster.delete(`${podsPath}/p`);
    await cluster.cluster.advance(12_000);
    assert.equal(await isThere(cluster, 'p'), true);
    await cluster.cluster.advance(1_000);
    assert.equal(await isThere(cluster, 'p'), false);
  });

  it('goes sooner when somebody wants that', async () => {
    await using cluster = await stage([], { nodes: 1 });
    await cluster.create(podsPath, behavingPod('p', [{ ignoresTermination: true }]));
    await cluster.delete(`${podsPath}/p`);
    await cluster.delete(`${podsPath}/p`, { gracePeriodSeconds: 3 });
    await cluster.cluster.advance(4_000);
    assert.equal(await isThere(cluster, 'p'), false);
  });

  it('shows its end while a finalizer holds it', async () => {
    await using cluster = await stage([], { nodes: 1 });
    const pod = boundPod('p');
    await cluster.create(podsPath, {
      ...pod,
      metadata: { ...pod.metadata, finalizers: ['example.com/hold'] },
    });
    await cluster.delete(`${podsPath}/p`);
    await cluster.cluster.runUntilIdle();
    const { status } = await get(cluster, 'p');
    assert.equal(status.phase, 'Failed');
    assert.equal(stateOf(status.containerStatuses[0]), 'Terminated: Error 143');
    expectCode(await cluster.api.patch(`${podsPath}/p`, 'merge', { metadata: { finalizers: null } }), 200);
    await cluster.cluster.settled();
    assert.equal(await isThere(cluster, 'p'), false);
  });

  it('fails when it has never run', async () => {
    await using cluster = await stage([], { nodes: 1 });
    const pod = behavingPod('p', [{ image: 'Absent' }]);
    await cluster.create(podsPath, {
      ...pod,
      metadata: { ...pod.metadata, finalizers: ['example.com/hold'] },
    });
    await cluster.delete(`${podsPath}/p`);
    const { status } = await get(cluster, 'p');
    assert.equal(status.phase, 'Failed');
    assert.equal(stateOf(status.containerStatuses[0]), 'Terminated: ContainerStatusUnknown 137');
  });

  it('gives its address back', async () => {
    await using cluster = await stage([], { nodes: 1, nodeCapacity: { pods: '1000' } });
    const create = (name: string) => cluster.api.post(podsPath, boundPod(name));
    await Promise.all(Array.from({ length: 253 }, (_, i) => create(`p${i}`)));
    await cluster.cluster.settled();
    await cluster.create(podsPath, boundPod('late'));
    assert.equal((await get(cluster, 'late')).status.phase, 'Pending');
    assert.match(
      (await eventsOf(cluster, 'late')).join(),
      /FailedCreatePodSandBox: .*no IP addresses available/,
    );
    const { podIP } = (await get(cluster, 'p7')).status;
    await cluster.delete(`${podsPath}/p7`);
    const { status } = await get(cluster, 'late');
    assert.deepEqual([status.phase, status.podIP], ['Running', podIP]);
  });
});

describe('a node that is bound to what it cannot take', () => {
  const refused = async (first: object, second: object) => {
    await using cluster = await stage([], { nodes: 1, nodeCapacity: { cpu: '2' } });
    await cluster.create(podsPath, first);
    await cluster.create(podsPath, second);
    const { status } = await get(cluster, 'second');
    return [status.phase, status.reason, status.message];
  };
  const requests = (cpu: string) => ({ resources: { requests: { cpu } } });

  it('says OutOfcpu', async () => {
    const first = boundPod('first', {}, requests('1500m'));
    assert.deepEqual(await refused(first, boundPod('second', {}, requests('1'))), [
      'Failed',
      'OutOfcpu',
      "Pod was rejected: Node didn't have enough resource: cpu, requested: 1000, used: 1500, capacity: 2000",
    ]);
  });

  it('says NodePorts', async () => {
    const ports = { ports: [{ containerPort: 80, hostPort: 8080 }] };
    assert.deepEqual(await refused(boundPod('first', {}, ports), boundPod('second', {}, ports)), [
      'Failed',
      'NodePorts',
      "Pod was rejected: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
    ]);
  });

  it('says NodeAffinity', async () => {
    const second = boundPod('second', { nodeSelector: { disk: 'ssd' } });
    assert.deepEqual(await refused(boundPod('first'), second), [
      'Failed',
      'NodeAffinity',
      "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    ]);
  });
});
