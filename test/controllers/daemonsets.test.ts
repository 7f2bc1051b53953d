import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Loose } from '../helpers/api.ts';
import { makeReady, podsPath, type Stage, stage } from './kit.ts';
import { diesAfter } from './restarts.ts';

const sets = '/apis/apps/v1/namespaces/default/daemonsets';
const agent = `${sets}/agent`;
const nodesPath = '/api/v1/nodes';
const revisionsPath = '/apis/apps/v1/namespaces/default/controllerrevisions';
const controllers = ['daemonset'];

const template = (image = 'agent:1', spec: object = {}) => ({
  metadata: { labels: { app: 'agent' } },
  spec: { containers: [{ name: 'c', image }], ...spec },
});

const daemonSet = (spec: object = {}) => ({
  metadata: { name: 'agent' },
  spec: { selector: { matchLabels: { app: 'agent' } }, template: template(), ...spec },
});

const image = (name: string) => ({ spec: { template: template(name) } });
const imageOf = ({ spec }: Loose): string => spec.containers[0].image;
const nodeOf = ({ spec }: Loose): string =>
  spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]
    .matchFields[0].values[0];

/** Nodes without taints, named a, b, c … */
async function withNodes(cluster: Stage, count: number, labels: object = {}): Promise<void> {
  for (const name of 'abcdefgh'.slice(0, count)) {
    await cluster.create(nodesPath, { metadata: { name, labels } });
    await cluster.merge(`${nodesPath}/${name}`, { spec: { taints: null } });
  }
}

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

/** Images of the pods by the node for which they are. */
async function placed({ list }: Stage): Promise<Record<string, string[]>> {
  const placement: Record<string, string[]> = {};
  for (const pod of await list(podsPath)) (placement[nodeOf(pod)] ??= []).push(imageOf(pod));
  for (const images of Object.values(placement)) images.sort();
  return placement;
}

async function events({ list }: Stage): Promise<string[]> {
  const all = await list('/api/v1/namespaces/default/events');
  return all
    .filter(({ involvedObject }) => involvedObject.kind === 'DaemonSet')
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    .map(({ type, reason, message, source }) => `${source.component} ${type} ${reason}: ${message}`);
}

describe('a DaemonSet', () => {
  it('makes a pod for every node, which only that node can take', async () => {
    await using cluster = await stage(controllers);
    await withNodes(cluster, 2);
    const { metadata } = await cluster.create(sets, daemonSet());
    const pods = await cluster.list(podsPath);
    assert.deepEqual(pods.map(nodeOf).toSorted(), ['a', 'b']);
    const [revision] = await cluster.list(revisionsPath);
    const hash = revision.metadata.labels['controller-revision-hash'];
    assert.equal(revision.metadata.name, `agent-${hash}`);
    const [pod] = pods;
    assert.match(pod.metadata.name, /^agent-\w{5}$/);
    assert.deepEqual(pod.metadata.labels, {
      app: 'agent',
      'controller-revision-hash': hash,
      'pod-template-generation': '1',
    });
    assert.equal(pod.metadata.ownerReferences[0].uid, metadata.uid);
    assert.equal(pod.spec.nodeName, undefined);
    assert.deepEqual(
      pod.spec.tolerations.map(({ key, effect }: Loose) => `${key}:${effect}`),
      [
        'node.kubernetes.io/not-ready:NoExecute',
        'node.kubernetes.io/unreachable:NoExecute',
        'node.kubernetes.io/disk-pressure:NoSchedule',
        'node.kubernetes.io/memory-pressure:NoSchedule',
        'node.kubernetes.io/pid-pressure:NoSchedule',
        'node.kubernetes.io/unschedulable:NoSchedule',
      ],
    );
    await makeReady(cluster, pod.metadata.name);
    assert.deepEqual((await cluster.get(agent)).status, {
      observedGeneration: 1,
      desiredNumberScheduled: 2,
      currentNumberScheduled: 2,
      numberMisscheduled: 0,
      numberReady: 1,
      updatedNumberScheduled: 2,
      numberAvailable: 1,
      numberUnavailable: 1,
    });
    assert.deepEqual(
      new Set(await events(cluster)),
      new Set(
        pods.map(
          (made) => `daemonset-controller Normal SuccessfulCreate: Created pod: ${made.metadata.name}`,
        ),
      ),
    );
  });

  it('follows nodes that come, go, and change their labels', async () => {
    await using cluster = await stage(controllers);
    await withNodes(cluster, 2, { disk: 'ssd' });
    await cluster.create(
      sets,
      daemonSet({ template: template('agent:1', { nodeSelector: { disk: 'ssd' } }) }),
    );
    await cluster.create(nodesPath, { metadata: { name: 'z' } });
    await cluster.merge(`${nodesPath}/z`, { spec: { taints: null } });
    assert.deepEqual(Object.keys(await placed(cluster)).toSorted(), ['a', 'b']);
    await cluster.merge(`${nodesPath}/z`, { metadata: { labels: { disk: 'ssd' } } });
    await cluster.merge(`${nodesPath}/a`, { metadata: { labels: { disk: null } } });
    assert.deepEqual(Object.keys(await placed(cluster)).toSorted(), ['b', 'z']);
    // Never was on its node, so nobody else takes it away.
    await cluster.delete(`${nodesPath}/b`);
    assert.deepEqual(Object.keys(await placed(cluster)), ['z']);
    assert.equal((await cluster.get(agent)).status.desiredNumberScheduled, 1);
  });

  it('stays away from taints it does not tolerate, and leaves only for NoExecute', async () => {
    await using cluster = await stage(controllers);
    await withNodes(cluster, 1);
    await cluster.create(sets, daemonSet());
    const taint = (effect: string) => ({ spec: { taints: [{ key: 'own', value: 'x', effect }] } });
    await cluster.merge(`${nodesPath}/a`, taint('NoSchedule'));
    assert.deepEqual(Object.keys(await placed(cluster)), ['a']);
    assert.equal((await cluster.get(agent)).status.numberMisscheduled, 1);
    await cluster.merge(`${nodesPath}/a`, taint('NoExecute'));
    assert.deepEqual(await placed(cluster), {});
    await cluster.merge(`${nodesPath}/a`, taint('NoSchedule'));
    assert.deepEqual(await placed(cluster), {});
    await cluster.merge(agent, {
      spec: { template: { spec: { tolerations: [{ key: 'own', operator: 'Exists' }] } } },
    });
    assert.deepEqual(Object.keys(await placed(cluster)), ['a']);
    await cluster.merge(`${nodesPath}/a`, {
      spec: { taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] },
    });
    assert.deepEqual(Object.keys(await placed(cluster)), ['a']);
  });

  it('rolls with as many missing as it may', async () => {
    await using cluster = await stage(controllers);
    await withNodes(cluster, 4);
    await cluster.create(sets, daemonSet({ updateStrategy: { rollingUpdate: { maxUnavailable: '50%' } } }));
    await rolledOut(cluster);
    await cluster.merge(agent, image('agent:2'));
    for (let round = 0; round < 10; round++) {
      const pods = await cluster.list(podsPath);
      assert.ok(pods.filter(isReady).length >= 2, JSON.stringify(await placed(cluster)));
      const waiting = pods.find((pod) => !isReady(pod));
      if (!waiting) break;
      await makeReady(cluster, waiting.metadata.name);
    }
    assert.deepEqual(Object.values(await placed(cluster)).flat(), Array(4).fill('agent:2'));
    const { status } = await cluster.get(agent);
    assert.equal(status.updatedNumberScheduled, 4);
    assert.equal(status.numberAvailable, 4);
    assert.equal(status.observedGeneration, 2);
  });

  it('replaces first what does not work', async () => {
    await using cluster = await stage(controllers);
    await withNodes(cluster, 3);
    await cluster.create(sets, daemonSet());
    const pods = await cluster.list(podsPath);
    await makeReady(cluster, pods[0].metadata.name);
    await cluster.merge(agent, image('agent:2'));
    const after = await placed(cluster);
    assert.deepEqual(after[nodeOf(pods[0])], ['agent:1']);
    assert.deepEqual(after[nodeOf(pods[1])], ['agent:2']);
    assert.deepEqual(after[nodeOf(pods[2])], ['agent:2']);
  });

  it('makes new pods beside the old ones when it may surge', async () => {
    await using cluster = await stage(controllers);
    await withNodes(cluster, 3);
    await cluster.create(
      sets,
      daemonSet({ updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }),
    );
    await rolledOut(cluster);
    await cluster.merge(agent, image('agent:2'));
    const counts = Object.values(await placed(cluster)).map((images) => images.length);
    assert.deepEqual(counts.toSorted(), [1, 1, 2]);
    for (let round = 0; round < 10; round++) {
      const pods = await cluster.list(podsPath);
      assert.ok(pods.filter(isReady).length >= 3);
      const waiting = pods.find((pod) => !isReady(pod));
      if (!waiting) break;
      await makeReady(cluster, waiting.metadata.name);
    }
    assert.deepEqual(await placed(cluster), { a: ['agent:2'], b: ['agent:2'], c: ['agent:2'] });
  });

  it('leaves pods alone until they are deleted when it is told OnDelete', async () => {
    await using cluster = await stage(controllers);
    await withNodes(cluster, 2);
    await cluster.create(sets, daemonSet({ updateStrategy: { type: 'OnDelete' } }));
    await rolledOut(cluster);
    await cluster.merge(agent, image('agent:2'));
    const [pod] = await cluster.list(podsPath);
    assert.deepEqual(Object.values(await placed(cluster)).flat(), ['agent:1', 'agent:1']);
    assert.equal((await cluster.get(agent)).status.updatedNumberScheduled, undefined);
    await cluster.delete(`${podsPath}/${pod.metadata.name}`);
    assert.deepEqual((await placed(cluster))[nodeOf(pod)], ['agent:2']);
  });

  it('remembers its templates, as many as it is told, and goes back to one', async () => {
    await using cluster = await stage(controllers);
    await withNodes(cluster, 1);
    await cluster.create(sets, daemonSet({ revisionHistoryLimit: 1 }));
    for (const name of ['agent:1', 'agent:2', 'agent:1', 'agent:3', 'agent:4']) {
      await cluster.merge(agent, image(name));
      await rolledOut(cluster);
    }
    const revisions = await cluster.list(revisionsPath);
    assert.deepEqual(revisions.map(({ revision }) => revision).toSorted(), [4, 5]);
    assert.deepEqual(await placed(cluster), { a: ['agent:4'] });
  });

  it('replaces pods that failed, and waits longer each time', async () => {
    await using cluster = await stage(controllers);
    await withNodes(cluster, 1);
    await cluster.create(sets, daemonSet());
    const uid = async () => (await cluster.list(podsPath))[0].metadata.uid;
    const fail = async () => {
      const [pod] = await cluster.list(podsPath);
      await cluster.merge(`${podsPath}/${pod.metadata.name}/status`, { status: { phase: 'Failed' } });
    };
    const first = await uid();
    await fail();
    const second = await uid();
    assert.notEqual(second, first);
    await fail();
    assert.equal(await uid(), second);
    await cluster.cluster.advance(999);
    assert.equal(await uid(), second);
    await cluster.cluster.advance(1);
    const third = await uid();
    assert.notEqual(third, second);
    await fail();
    await cluster.cluster.advance(1_999);
    assert.equal(await uid(), third);
    await cluster.cluster.advance(1);
    assert.notEqual(await uid(), third);
    assert.match(
      (await events(cluster)).find((event) => event.includes('FailedDaemonPod'))!,
      /^daemonset-controller Warning FailedDaemonPod: Found failed daemon pod default\/agent-\w{5} on node a, will try to kill it$/,
    );
  });

  it('counts a pod as available after minReadySeconds', async () => {
    await using cluster = await stage(controllers);
    await withNodes(cluster, 1);
    await cluster.create(sets, daemonSet({ minReadySeconds: 30 }));
    await rolledOut(cluster);
    assert.equal((await cluster.get(agent)).status.numberUnavailable, 1);
    await cluster.cluster.runUntilIdle();
    assert.equal((await cluster.get(agent)).status.numberAvailable, 1);
  });

  it('ends in the same state wherever its controller dies', async () => {
    const states = new Set<string>();
    for (let writes = 1, died = true; died; writes++) {
      await using cluster = await stage([]);
      await withNodes(cluster, 2);
      const work = async (settled: () => Promise<void>) => {
        for (let round = 0; round < 20; round++) {
          await settled();
          const waiting = (await cluster.list(podsPath)).filter((pod) => !isReady(pod));
          if (waiting.length === 0) break;
          for (const { metadata } of waiting) await makeReady(cluster, metadata.name);
        }
      };
      const scenario = async (settled: () => Promise<void>) => {
        await cluster.create(sets, daemonSet());
        await work(settled);
        await cluster.merge(agent, image('agent:2'));
        await work(settled);
      };
      died = await diesAfter(cluster, controllers, writes, scenario, work);
      const { status } = await cluster.get(agent);
      const revisions = (await cluster.list(revisionsPath)).filter(
        ({ data }) => imageOf(data.spec.template) === 'agent:2',
      );
      const sorted = (record: object) => Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1));
      states.add(JSON.stringify([sorted(status), sorted(await placed(cluster)), revisions.length]));
    }
    assert.equal(states.size, 1, [...states].join('\n'));
  });
});
