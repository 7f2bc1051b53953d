import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { expectCode, type Loose } from '../helpers/api.ts';
import { makeReady, podsPath, type Stage, stage } from './kit.ts';

const nodesPath = '/api/v1/nodes';
const leasesPath = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
const secondMs = 1_000;
const all = ['nodelifecycle', 'taint-eviction-controller'];

const micro = ({ clock }: Stage): string => new Date(clock.now()).toISOString().replace('Z', '000Z');

/** A node whose kubelet has just said that it is ready. */
async function addNode(cluster: Stage, name: string): Promise<void> {
  await cluster.create(nodesPath, { metadata: { name } });
  await speak(cluster, name, 'True');
  await cluster.create(leasesPath, {
    metadata: { name },
    spec: { holderIdentity: name, renewTime: micro(cluster) },
  });
}

async function speak(cluster: Stage, name: string, status: string): Promise<void> {
  const now = new Date(cluster.clock.now()).toISOString();
  const condition = { type: 'Ready', status, lastHeartbeatTime: now, lastTransitionTime: now };
  await cluster.merge(`${nodesPath}/${name}/status`, { status: { conditions: [condition] } });
}

const renew = (cluster: Stage, name: string) =>
  cluster.merge(`${leasesPath}/${name}`, {
    spec: { renewTime: micro(cluster) },
  });

async function addPod(cluster: Stage, name: string, tolerations?: object[]): Promise<void> {
  await cluster.create(podsPath, {
    metadata: { name },
    spec: { nodeName: 'n1', tolerations, containers: [{ name: 'c', image: 'i' }] },
  });
  await makeReady(cluster, name);
}

const taints = async (cluster: Stage, name: string): Promise<string[]> =>
  ((await cluster.get(`${nodesPath}/${name}`)).spec.taints ?? []).map(
    ({ key, effect }: Loose) => `${key.replace('node.kubernetes.io/', '')}:${effect}`,
  );
const isGoing = async (cluster: Stage, name: string): Promise<boolean> => {
  const answer = await cluster.api.get(`${podsPath}/${name}`);
  return answer.status === 404 || expectCode(answer, 200).metadata.deletionTimestamp !== undefined;
};

describe('the node lifecycle', () => {
  it('frees a node that is ready of the taint that it came with', async () => {
    await using cluster = await stage(all);
    await addNode(cluster, 'n1');
    assert.deepEqual(await taints(cluster, 'n1'), []);
    const events = await cluster.list('/api/v1/namespaces/default/events');
    assert.deepEqual(
      events.map(({ reason, message }: Loose) => [reason, message]),
      [['RegisteredNode', 'Node n1 event: Registered Node n1 in Controller']],
    );
  });

  it('believes a node as long as it renews its lease', async () => {
    await using cluster = await stage(all);
    await addNode(cluster, 'n1');
    for (let round = 0; round < 10; round++) {
      await cluster.cluster.advance(40 * secondMs);
      await renew(cluster, 'n1');
    }
    assert.deepEqual(await taints(cluster, 'n1'), []);
  });

  it('notices within a minute that a node has fallen silent, and moves its pods after five', async () => {
    await using cluster = await stage(all);
    await addNode(cluster, 'n1');
    await addNode(cluster, 'n2');
    await addPod(cluster, 'p');
    for (let second = 0; second < 50; second += 10) {
      await cluster.cluster.advance(10 * secondMs);
      await renew(cluster, 'n2');
    }
    const { status } = await cluster.get(`${nodesPath}/n1`);
    assert.deepEqual(
      status.conditions.map(({ type, status: is, reason }: Loose) => [type, is, reason]),
      [
        ['Ready', 'Unknown', 'NodeStatusUnknown'],
        ['MemoryPressure', 'Unknown', 'NodeStatusNeverUpdated'],
        ['DiskPressure', 'Unknown', 'NodeStatusNeverUpdated'],
        ['PIDPressure', 'Unknown', 'NodeStatusNeverUpdated'],
      ],
    );
    assert.equal(status.conditions[0].message, 'Kubelet stopped posting node status.');
    assert.deepEqual(await taints(cluster, 'n1'), ['unreachable:NoSchedule', 'unreachable:NoExecute']);
    assert.deepEqual(await taints(cluster, 'n2'), []);
    const ready = (await cluster.get(`${podsPath}/p`)).status.conditions.find(
      ({ type }: Loose) => type === 'Ready',
    );
    assert.equal(ready.status, 'False');
    for (let second = 0; second < 290; second += 10) {
      await cluster.cluster.advance(10 * secondMs);
      await renew(cluster, 'n2');
    }
    assert.equal(await isGoing(cluster, 'p'), false);
    await cluster.cluster.advance(10 * secondMs);
    assert.equal(await isGoing(cluster, 'p'), true);
    const events = (await cluster.list('/api/v1/namespaces/default/events')).map(({ reason }) => reason);
    for (const reason of ['NodeNotReady', 'TaintManagerEviction']) assert.ok(events.includes(reason), reason);
  });

  it('takes everything back when the node speaks again', async () => {
    await using cluster = await stage(all);
    await addNode(cluster, 'n1');
    await addNode(cluster, 'n2');
    await addPod(cluster, 'p');
    await speak(cluster, 'n1', 'False');
    assert.deepEqual(await taints(cluster, 'n1'), ['not-ready:NoSchedule', 'not-ready:NoExecute']);
    await cluster.cluster.advance(30 * secondMs);
    await speak(cluster, 'n1', 'True');
    assert.deepEqual(await taints(cluster, 'n1'), []);
    await cluster.cluster.advance(400 * secondMs);
    assert.equal(await isGoing(cluster, 'p'), false);
  });

  it('moves nobody when no node at all is heard of', async () => {
    await using cluster = await stage(all);
    await addNode(cluster, 'n1');
    await addNode(cluster, 'n2');
    await cluster.cluster.advance(60 * secondMs);
    assert.deepEqual(await taints(cluster, 'n1'), ['unreachable:NoSchedule']);
    assert.deepEqual(await taints(cluster, 'n2'), ['unreachable:NoSchedule']);
  });

  it('is not misled when hours pass at once', async () => {
    await using cluster = await stage(all, { nodes: 2 });
    for (let hour = 0; hour < 4; hour++) await cluster.cluster.advance(3_600 * secondMs);
    for (const { status, spec } of await cluster.list(nodesPath)) {
      assert.equal(spec.taints, undefined);
      assert.equal(status.conditions.find(({ type }: Loose) => type === 'Ready').status, 'True');
    }
    const events = await cluster.list('/api/v1/namespaces/default/events');
    assert.deepEqual(
      events.filter(({ reason }) => reason === 'NodeNotReady'),
      [],
    );
  });

  it('marks nodes that are cordoned or under pressure', async () => {
    await using cluster = await stage(all);
    await addNode(cluster, 'n1');
    await cluster.merge(`${nodesPath}/n1`, { spec: { unschedulable: true } });
    assert.deepEqual(await taints(cluster, 'n1'), ['unschedulable:NoSchedule']);
    await cluster.merge(`${nodesPath}/n1`, { spec: { unschedulable: null } });
    assert.deepEqual(await taints(cluster, 'n1'), []);
  });
});

describe('a NoExecute taint', () => {
  const taint = { key: 'out', value: 'yes', effect: 'NoExecute' };

  it('makes pods go at once, later, or not at all, as they tolerate it', async () => {
    await using cluster = await stage(['taint-eviction-controller']);
    await cluster.create(nodesPath, { metadata: { name: 'n1' } });
    await addPod(cluster, 'weak');
    await addPod(cluster, 'patient', [
      { key: 'out', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 60 },
    ]);
    await addPod(cluster, 'strong', [{ key: 'out', operator: 'Exists' }]);
    await cluster.merge(`${nodesPath}/n1`, { spec: { taints: [taint] } });
    const going = async () =>
      Promise.all(['weak', 'patient', 'strong'].map((name) => isGoing(cluster, name)));
    assert.deepEqual(await going(), [true, false, false]);
    const { status } = await cluster.get(`${podsPath}/weak`);
    const condition = status.conditions.find(({ type }: Loose) => type === 'DisruptionTarget');
    assert.equal(condition.reason, 'DeletionByTaintManager');
    await cluster.cluster.advance(59 * secondMs);
    assert.deepEqual(await going(), [true, false, false]);
    await cluster.cluster.advance(secondMs);
    assert.deepEqual(await going(), [true, true, false]);
  });

  it('that is taken away in time makes nobody go', async () => {
    await using cluster = await stage(['taint-eviction-controller']);
    await cluster.create(nodesPath, { metadata: { name: 'n1' } });
    await addPod(cluster, 'patient', [
      { key: 'out', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 60 },
    ]);
    await cluster.merge(`${nodesPath}/n1`, { spec: { taints: [taint] } });
    await cluster.cluster.advance(30 * secondMs);
    await cluster.merge(`${nodesPath}/n1`, { spec: { taints: null } });
    await cluster.cluster.advance(60 * secondMs);
    assert.equal(await isGoing(cluster, 'patient'), false);
    const events = await cluster.list('/api/v1/namespaces/default/events');
    assert.deepEqual(
      events.map(({ message }) => message),
      ['Cancelling deletion of Pod default/patient'],
    );
  });
});
