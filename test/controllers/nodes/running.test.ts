import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Loose } from '../../helpers/api.ts';
import { podsPath, stage } from '../kit.ts';
import { boundPod } from './pods.ts';

describe('simulated nodes', () => {
  it('register as kubelets do, ready and with a range of addresses each', async () => {
    await using cluster = await stage([], { nodes: 2 });
    const nodes = await cluster.list('/api/v1/nodes');
    assert.deepEqual(
      nodes.map(({ metadata }) => metadata.name),
      ['node-1', 'node-2'],
    );
    const [{ metadata, spec, status }] = nodes as [(typeof nodes)[number]];
    assert.equal(metadata.labels['kubernetes.io/hostname'], 'node-1');
    assert.equal(metadata.labels['kubernetes.io/os'], 'linux');
    assert.equal(spec.podCIDR, '10.128.0.0/24');
    assert.equal(nodes[1]!['spec'].podCIDR, '10.128.1.0/24');
    assert.deepEqual(
      status.conditions.map(
        ({ type, status, reason }: Record<string, string>) => `${type}=${status} ${reason}`,
      ),
      [
        'MemoryPressure=False KubeletHasSufficientMemory',
        'DiskPressure=False KubeletHasNoDiskPressure',
        'PIDPressure=False KubeletHasSufficientPID',
        'Ready=True KubeletReady',
      ],
    );
    assert.match(status.nodeInfo.containerRuntimeVersion, /^simulated:\/\//);
    assert.equal(status.allocatable.pods, '110');
    const leases = await cluster.list('/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases');
    assert.deepEqual(
      leases.map(({ metadata, spec }) => [metadata.name, spec.holderIdentity]),
      [
        ['node-1', 'node-1'],
        ['node-2', 'node-2'],
      ],
    );
    assert.equal((await cluster.list('/apis/storage.k8s.io/v1/csinodes')).length, 2);
  });

  it('renew their lease every ten seconds', async () => {
    await using cluster = await stage([], { nodes: 1 });
    const path = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node-1';
    const before = Date.parse((await cluster.get(path)).spec.renewTime);
    await cluster.cluster.advance(35_000);
    const after = Date.parse((await cluster.get(path)).spec.renewTime);
    assert.equal(after - before, 30_000);
  });
});

/** What was told of pods, in the order in which it was written. */
const toldOfPods = (events: readonly Loose[]): string[] =>
  events
    .filter(({ involvedObject }) => involvedObject.kind === 'Pod')
    .sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
    .map(({ reason, message }) => `${reason}: ${message}`);

describe('a pod on a simulated node', () => {
  it('uses an image that is there already when it need not be pulled', async () => {
    await using cluster = await stage([], { nodes: 1 });
    await cluster.create(podsPath, boundPod('web', {}, { image: 'busybox:1' }));
    assert.deepEqual(toldOfPods(await cluster.list('/api/v1/namespaces/default/events')), [
      'Pulled: Container image "busybox:1" already present on machine and can be accessed by the pod',
      'Created: Container created',
      'Started: Container started',
    ]);
  });

  it('runs and is ready when nobody says otherwise', async () => {
    await using cluster = await stage([], { nodes: 1 });
    await cluster.create(podsPath, boundPod('web'));
    const { status, metadata } = await cluster.get(`${podsPath}/web`);
    assert.equal(status.phase, 'Running');
    assert.equal(status.podIP, '10.128.0.2');
    assert.equal(status.hostIP, '172.16.0.1');
    assert.equal(status.observedGeneration, 1);
    assert.deepEqual(
      status.conditions.map(({ type, status }: Record<string, string>) => `${type}=${status}`),
      [
        'PodReadyToStartContainers=True',
        'Initialized=True',
        'Ready=True',
        'ContainersReady=True',
        'PodScheduled=True',
      ],
    );
    const [container] = status.containerStatuses;
    assert.equal(container.ready, true);
    assert.equal(container.started, true);
    assert.match(container.containerID, /^simulated:\/\/[0-9a-f]{64}$/);
    assert.ok(container.state.running.startedAt);
    const events = await cluster.list('/api/v1/namespaces/default/events');
    assert.deepEqual(toldOfPods(events), [
      'Pulling: Pulling image "busybox"',
      'Pulled: Successfully pulled image "busybox" in 0s (0s including waiting). Image size: 0 bytes.',
      'Created: Container created',
      'Started: Container started',
    ]);
    assert.deepEqual(events.find(({ reason }) => reason === 'Started')!['source'], {
      component: 'kubelet',
      host: 'node-1',
    });
    assert.equal(
      events.find(({ reason }) => reason === 'Started')!['involvedObject'].fieldPath,
      'spec.containers{main}',
    );
    assert.ok(metadata.uid);
  });

  it('has the address of its node with hostNetwork', async () => {
    await using cluster = await stage([], { nodes: 1 });
    await cluster.create(podsPath, boundPod('web', { hostNetwork: true }));
    const { status } = await cluster.get(`${podsPath}/web`);
    assert.deepEqual([status.phase, status.podIP], ['Running', '172.16.0.1']);
  });

  it('takes ephemeral containers, which are never started anew', async () => {
    await using cluster = await stage([], { nodes: 1 });
    await cluster.create(podsPath, boundPod('web'));
    const ephemeralContainers = [{ name: 'debug', image: 'busybox', command: ['sleep', '5'] }];
    const answer = await cluster.api.patch(`${podsPath}/web/ephemeralcontainers`, 'strategic', {
      spec: { ephemeralContainers },
    });
    assert.equal(answer.status, 200);
    await cluster.cluster.settled();
    const state = async () =>
      (await cluster.get(`${podsPath}/web`)).status.ephemeralContainerStatuses[0].state;
    assert.ok((await state()).running);
    await cluster.cluster.advance(5_000);
    assert.equal((await state()).terminated.reason, 'Completed');
    assert.deepEqual(await cluster.cluster.runUntilIdle(), { idle: true, nextAt: undefined });
  });
});

describe('nodes that somebody makes', () => {
  const node = (annotations: object) => ({ metadata: { name: 'other', annotations } });

  it('are simulated when they ask for it, and not otherwise', async () => {
    await using cluster = await stage([], { nodes: 1 });
    await cluster.create('/api/v1/nodes', node({}));
    assert.equal((await cluster.get('/api/v1/nodes/other')).status.conditions, undefined);
    const annotations = { 'simulation.binnacle.dev/node': 'true' };
    const { spec } = await cluster.merge('/api/v1/nodes/other', { metadata: { annotations } });
    assert.equal(spec.podCIDR, undefined);
    const after = await cluster.get('/api/v1/nodes/other');
    assert.equal(after.spec.podCIDR, '10.128.1.0/24');
    assert.equal(after.status.conditions.at(-1).reason, 'KubeletReady');
  });

  it('keep the amounts that somebody wrote, and fall silent without the annotation', async () => {
    await using cluster = await stage([], { nodes: 1 });
    await cluster.merge('/api/v1/nodes/node-1/status', {
      status: { capacity: { cpu: '96' }, allocatable: { cpu: '96' } },
    });
    assert.equal((await cluster.get('/api/v1/nodes/node-1')).status.allocatable.cpu, '96');
    await cluster.merge('/api/v1/nodes/node-1', {
      metadata: { annotations: { 'simulation.binnacle.dev/node': null } },
    });
    const path = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node-1';
    const before = (await cluster.get(path)).spec.renewTime;
    await cluster.cluster.advance(60_000);
    assert.equal((await cluster.get(path)).spec.renewTime, before);
    await cluster.delete('/api/v1/nodes/node-1');
    assert.deepEqual(await cluster.list('/api/v1/nodes'), []);
  });
});

describe('long times', () => {
  it('pass without anybody taking nodes for dead', async () => {
    await using cluster = await stage(['*'], { nodes: 2 });
    const { nodeName: _, ...spec } = boundPod('web').spec;
    await cluster.create(podsPath, { metadata: { name: 'web' }, spec });
    const before = await cluster.get(`${podsPath}/web`);
    assert.equal(before.status.phase, 'Running');
    for (let hours = 0; hours < 5; hours++) await cluster.cluster.advance(3_600_000);
    assert.deepEqual((await cluster.get(`${podsPath}/web`)).status, before.status);
    for (const { status, spec } of await cluster.list('/api/v1/nodes')) {
      assert.equal(status.conditions.find(({ type }: { type: string }) => type === 'Ready').status, 'True');
      assert.equal(spec.taints, undefined);
    }
    const told = await cluster.list('/api/v1/events?fieldSelector=reason=NodeNotReady');
    assert.deepEqual(told, []);
  });
});
