import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Loose } from '../helpers/api.ts';
import { podsPath, type Stage, stage } from './kit.ts';
import { manager } from './restarts.ts';

const nodesPath = '/api/v1/nodes';

interface NodeOptions {
  readonly labels?: object;
  readonly taints?: object[];
  readonly unschedulable?: boolean;
  readonly allocatable?: object;
}

async function addNode(cluster: Stage, name: string, options: NodeOptions = {}): Promise<void> {
  const { labels, taints, unschedulable, allocatable } = options;
  await cluster.create(nodesPath, {
    metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
    spec: { taints, unschedulable },
  });
  // Admission taints new nodes until they are ready.
  await cluster.merge(`${nodesPath}/${name}`, { spec: { taints: taints ?? null } });
  await cluster.merge(`${nodesPath}/${name}/status`, {
    status: { allocatable: { cpu: '4', memory: '8Gi', pods: '10', ...allocatable } },
  });
}

const pod = (name: string, spec: object = {}, labels: object = { app: name }) => ({
  metadata: { name, labels },
  spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
});

const asking = (requests: object) => ({
  containers: [{ name: 'c', image: 'i', resources: { requests } }],
});

const nodeOf = async (cluster: Stage, name: string): Promise<string | undefined> =>
  (await cluster.get(`${podsPath}/${name}`)).spec.nodeName;

/** The condition that tells why a pod has no place. */
async function whyNot(cluster: Stage, name: string): Promise<string> {
  const { status, spec } = await cluster.get(`${podsPath}/${name}`);
  assert.equal(spec.nodeName, undefined);
  const condition = status.conditions.find(({ type }: Loose) => type === 'PodScheduled');
  assert.equal(condition.status, 'False');
  assert.equal(condition.reason, 'Unschedulable');
  return condition.message;
}

const preemptionHelpsNobody = (nodes: number, reason: string) =>
  `preemption: 0/${nodes} nodes are available: ${nodes} ${reason}.`;
const unhelpful = 'Preemption is not helpful for scheduling';
const noVictims = 'No preemption victims found for incoming pod';

describe('the scheduler', () => {
  it('places a pod, and says so in an event', async () => {
    await using cluster = await stage(['scheduler']);
    await addNode(cluster, 'n1');
    await cluster.create(podsPath, pod('web'));
    assert.equal(await nodeOf(cluster, 'web'), 'n1');
    const [event] = await cluster.list('/api/v1/namespaces/default/events');
    assert.equal(event.reason, 'Scheduled');
    assert.equal(event.message, 'Successfully assigned default/web to n1');
    assert.equal(event.source.component, 'default-scheduler');
  });

  it('waits for a node to come', async () => {
    await using cluster = await stage(['scheduler']);
    await cluster.create(podsPath, pod('web'));
    assert.equal(await whyNot(cluster, 'web'), 'no nodes available to schedule pods');
    await addNode(cluster, 'n1');
    await cluster.cluster.advance(1_000);
    assert.equal(await nodeOf(cluster, 'web'), 'n1');
  });

  it('leaves pods of other schedulers, and those that are held by a gate, alone', async () => {
    await using cluster = await stage(['scheduler']);
    await addNode(cluster, 'n1');
    await cluster.create(podsPath, pod('other', { schedulerName: 'mine' }));
    await cluster.create(podsPath, pod('gated', { schedulingGates: [{ name: 'example.com/wait' }] }));
    assert.equal(await nodeOf(cluster, 'other'), undefined);
    assert.equal(await nodeOf(cluster, 'gated'), undefined);
    await cluster.merge(`${podsPath}/gated`, { spec: { schedulingGates: null } });
    assert.equal(await nodeOf(cluster, 'gated'), 'n1');
  });

  it('spreads pods over nodes, and fills none beyond what it has', async () => {
    await using cluster = await stage(['scheduler']);
    await addNode(cluster, 'n1', { allocatable: { cpu: '2' } });
    await addNode(cluster, 'n2', { allocatable: { cpu: '2' } });
    for (const name of ['a', 'b', 'c']) await cluster.create(podsPath, pod(name, asking({ cpu: '1500m' })));
    assert.deepEqual([await nodeOf(cluster, 'a'), await nodeOf(cluster, 'b')].sort(), ['n1', 'n2']);
    assert.equal(
      await whyNot(cluster, 'c'),
      `0/2 nodes are available: 2 Insufficient cpu. ${preemptionHelpsNobody(2, noVictims)}`,
    );
    await cluster.delete(`${podsPath}/a`, { gracePeriodSeconds: 0 });
    await cluster.cluster.advance(1_000);
    assert.ok(await nodeOf(cluster, 'c'));
  });

  it('gives the place of a pod that has ended to another', async () => {
    await using cluster = await stage(['scheduler']);
    await addNode(cluster, 'n1', { allocatable: { pods: '1' } });
    await cluster.create(podsPath, pod('a'));
    await cluster.create(podsPath, pod('b'));
    assert.equal(
      await whyNot(cluster, 'b'),
      `0/1 nodes are available: 1 Too many pods. ${preemptionHelpsNobody(1, noVictims)}`,
    );
    await cluster.merge(`${podsPath}/a/status`, { status: { phase: 'Succeeded' } });
    await cluster.cluster.advance(1_000);
    assert.equal(await nodeOf(cluster, 'b'), 'n1');
  });

  const onlyOn2: [what: string, one: NodeOptions, two: NodeOptions, spec: object][] = [
    ['a selector of node labels', {}, { labels: { disk: 'ssd' } }, { nodeSelector: { disk: 'ssd' } }],
    [
      'node affinity',
      { labels: { size: '3' } },
      { labels: { size: '10' } },
      {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: 'size', operator: 'Gt', values: ['5'] }] }],
            },
          },
        },
      },
    ],
    [
      'preferred node affinity',
      {},
      { labels: { disk: 'ssd' } },
      {
        affinity: {
          nodeAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              {
                weight: 50,
                preference: { matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }] },
              },
            ],
          },
        },
      },
    ],
    ['taints', { taints: [{ key: 'for', value: 'others', effect: 'NoSchedule' }] }, {}, {}],
    ['taints that are to be avoided', { taints: [{ key: 'slow', effect: 'PreferNoSchedule' }] }, {}, {}],
    ['cordons', { unschedulable: true }, {}, {}],
  ];
  for (const [what, one, two, spec] of onlyOn2) {
    it(`goes by ${what}`, async () => {
      await using cluster = await stage(['scheduler']);
      await addNode(cluster, 'n1', one);
      await addNode(cluster, 'n2', two);
      await cluster.create(podsPath, pod('web', spec));
      assert.equal(await nodeOf(cluster, 'web'), 'n2');
    });
  }

  it('counts the reasons of all nodes', async () => {
    await using cluster = await stage(['scheduler']);
    await addNode(cluster, 'n1', { taints: [{ key: 'a', effect: 'NoSchedule' }] });
    await addNode(cluster, 'n2', { unschedulable: true, taints: [] });
    await addNode(cluster, 'n3', { allocatable: { cpu: '500m', memory: '1Mi' } });
    await cluster.create(podsPath, pod('web', asking({ cpu: '1', memory: '2Mi' })));
    assert.equal(
      await whyNot(cluster, 'web'),
      '0/3 nodes are available: 1 Insufficient cpu, 1 Insufficient memory, 1 node(s) had untolerated taint(s), ' +
        `1 node(s) were unschedulable. ${preemptionHelpsNobody(3, unhelpful)}`,
    );
    const events = await cluster.list('/api/v1/namespaces/default/events');
    assert.deepEqual(
      events.map(({ reason, type }: Loose) => [reason, type]),
      [['FailedScheduling', 'Warning']],
    );
  });

  it('gives a port of a node away once', async () => {
    await using cluster = await stage(['scheduler']);
    await addNode(cluster, 'n1');
    const spec = (hostPort: number) => ({
      containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 80, hostPort }] }],
    });
    await cluster.create(podsPath, pod('a', spec(80)));
    await cluster.create(podsPath, pod('b', spec(81)));
    await cluster.create(podsPath, pod('c', spec(80)));
    assert.deepEqual([await nodeOf(cluster, 'a'), await nodeOf(cluster, 'b')], ['n1', 'n1']);
    assert.equal(
      await whyNot(cluster, 'c'),
      "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports. " +
        preemptionHelpsNobody(1, noVictims),
    );
  });

  const term = (app: string, topologyKey = 'kubernetes.io/hostname') => ({
    labelSelector: { matchLabels: { app } },
    topologyKey,
  });
  const affinity = (kind: 'podAffinity' | 'podAntiAffinity', ...terms: object[]) => ({
    affinity: { [kind]: { requiredDuringSchedulingIgnoredDuringExecution: terms } },
  });

  it('puts pods together that want to be, the first of them anywhere', async () => {
    await using cluster = await stage(['scheduler']);
    for (const name of ['n1', 'n2', 'n3']) await addNode(cluster, name);
    const spec = affinity('podAffinity', term('db'));
    for (const name of ['db-0', 'db-1', 'db-2'])
      await cluster.create(podsPath, pod(name, spec, { app: 'db' }));
    const places = await Promise.all(['db-0', 'db-1', 'db-2'].map((name) => nodeOf(cluster, name)));
    assert.equal(new Set(places).size, 1);
    assert.ok(places[0]);
  });

  it('keeps pods apart that want to be, whoever of them says so', async () => {
    await using cluster = await stage(['scheduler']);
    for (const name of ['n1', 'n2']) await addNode(cluster, name);
    const spec = affinity('podAntiAffinity', term('db'));
    for (const name of ['db-0', 'db-1', 'db-2'])
      await cluster.create(podsPath, pod(name, spec, { app: 'db' }));
    assert.deepEqual([await nodeOf(cluster, 'db-0'), await nodeOf(cluster, 'db-1')].sort(), ['n1', 'n2']);
    assert.equal(
      await whyNot(cluster, 'db-2'),
      "0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules. " +
        preemptionHelpsNobody(2, noVictims),
    );
    await cluster.create(podsPath, pod('meek', {}, { app: 'db' }));
    assert.equal(
      await whyNot(cluster, 'meek'),
      "0/2 nodes are available: 2 node(s) didn't satisfy existing pods anti-affinity rules. " +
        preemptionHelpsNobody(2, noVictims),
    );
    await cluster.create(podsPath, pod('lonely', affinity('podAffinity', term('nobody'))));
    assert.equal(
      await whyNot(cluster, 'lonely'),
      "0/2 nodes are available: 2 node(s) didn't match pod affinity rules. " +
        preemptionHelpsNobody(2, unhelpful),
    );
  });

  it('spreads over zones as it is told', async () => {
    await using cluster = await stage(['scheduler']);
    const zone = (name: string) => ({ labels: { 'topology.kubernetes.io/zone': name } });
    await addNode(cluster, 'a1', zone('a'));
    await addNode(cluster, 'a2', zone('a'));
    await addNode(cluster, 'b1', zone('b'));
    await addNode(cluster, 'nowhere');
    const spec = {
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'topology.kubernetes.io/zone',
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: { matchLabels: { app: 'web' } },
        },
      ],
    };
    for (const name of ['w0', 'w1', 'w2', 'w3'])
      await cluster.create(podsPath, pod(name, spec, { app: 'web' }));
    const places = await Promise.all(['w0', 'w1', 'w2', 'w3'].map((name) => nodeOf(cluster, name)));
    assert.equal(places.filter((place) => place === 'b1').length, 2);
    assert.ok(!places.includes('nowhere'));
    await cluster.merge(`${nodesPath}/b1`, { spec: { unschedulable: true } });
    await cluster.create(podsPath, pod('w4', spec, { app: 'web' }));
    await cluster.create(podsPath, pod('w5', spec, { app: 'web' }));
    assert.equal(
      await whyNot(cluster, 'w5'),
      "0/4 nodes are available: 1 node(s) didn't match pod topology spread constraints (missing required label), " +
        "1 node(s) were unschedulable, 2 node(s) didn't match pod topology spread constraints. " +
        'preemption: 0/4 nodes are available: 2 No preemption victims found for incoming pod, ' +
        '2 Preemption is not helpful for scheduling.',
    );
  });

  it('spreads the pods of one controller without being told', async () => {
    await using cluster = await stage(['scheduler', 'replicaset']);
    for (const name of ['n1', 'n2', 'n3']) await addNode(cluster, name);
    await cluster.create('/apis/apps/v1/namespaces/default/replicasets', {
      metadata: { name: 'web' },
      spec: {
        replicas: 6,
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } }, spec: pod('x').spec },
      },
    });
    const places = (await cluster.list(podsPath)).map(({ spec }) => spec.nodeName);
    for (const name of ['n1', 'n2', 'n3']) assert.equal(places.filter((place) => place === name).length, 2);
  });

  it('makes nobody else go when it starts anew while room is being made', async () => {
    await using cluster = await stage([]);
    const path = '/apis/scheduling.k8s.io/v1/priorityclasses';
    await cluster.create(path, { metadata: { name: 'high' }, value: 1000 });
    await cluster.create(path, { metadata: { name: 'mid' }, value: 10 });
    for (const name of ['n1', 'n2']) await addNode(cluster, name, { allocatable: { cpu: '1' } });
    const first = manager(cluster, ['scheduler']);
    await first.settled();
    for (const name of ['a', 'b'])
      await cluster.create(podsPath, pod(name, { ...asking({ cpu: '1' }), priorityClassName: 'mid' }));
    await first.settled();
    await cluster.create(podsPath, pod('vip', { ...asking({ cpu: '1' }), priorityClassName: 'high' }));
    await first.settled();
    await first.stop();
    // Meanwhile, on the other node, somebody comes whom it would rather see go.
    const { metadata, spec } = (await cluster.list(podsPath)).find(
      (one) => one.spec.nodeName && !one.metadata.deletionTimestamp,
    );
    await cluster.delete(`${podsPath}/${metadata.name}`, { gracePeriodSeconds: 0 });
    await cluster.create(podsPath, pod('weak', { ...asking({ cpu: '1' }), nodeName: spec.nodeName }));
    const leaving = async () =>
      (await cluster.list(podsPath)).filter(({ metadata }) => metadata.deletionTimestamp).length;
    assert.equal(await leaving(), 1);
    const second = manager(cluster, ['scheduler']);
    await second.settled();
    assert.equal(await leaving(), 1);
    await second.stop();
  });

  it('waits for claims that are bound at once, and says which one is missing', async () => {
    await using cluster = await stage(['scheduler']);
    await addNode(cluster, 'n1');
    const spec = { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] };
    await cluster.create(podsPath, pod('db', spec));
    assert.equal(
      await whyNot(cluster, 'db'),
      `0/1 nodes are available: persistentvolumeclaim "data" not found. ${preemptionHelpsNobody(1, unhelpful)}`,
    );
    await cluster.create('/api/v1/namespaces/default/persistentvolumeclaims', {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    });
    await cluster.cluster.advance(1_000);
    assert.match(await whyNot(cluster, 'db'), /: pod has unbound immediate PersistentVolumeClaims\. /);
  });
});

describe('preemption', () => {
  async function priorities(cluster: Stage): Promise<void> {
    const path = '/apis/scheduling.k8s.io/v1/priorityclasses';
    await cluster.create(path, { metadata: { name: 'low' }, value: 1 });
    await cluster.create(path, { metadata: { name: 'high' }, value: 1000 });
    await cluster.create(path, { metadata: { name: 'mid' }, value: 10 });
    await cluster.create(path, { metadata: { name: 'polite' }, value: 1000, preemptionPolicy: 'Never' });
  }

  it('takes the place of less important pods, as few as will do', async () => {
    await using cluster = await stage(['scheduler']);
    await priorities(cluster);
    await addNode(cluster, 'n1', { allocatable: { cpu: '2' } });
    const low = (cpu: string) => ({ ...asking({ cpu }), priorityClassName: 'low' });
    await cluster.create(podsPath, pod('small', low('500m')));
    await cluster.create(podsPath, pod('large', low('1500m')));
    await cluster.create(podsPath, pod('vip', { ...asking({ cpu: '1500m' }), priorityClassName: 'high' }));
    const victim = await cluster.get(`${podsPath}/large`);
    assert.ok(victim.metadata.deletionTimestamp);
    const condition = victim.status.conditions.find(({ type }: Loose) => type === 'DisruptionTarget');
    assert.equal(condition.reason, 'PreemptionByScheduler');
    assert.equal(condition.message, 'default-scheduler: preempting to accommodate a higher priority pod');
    const vip = await cluster.get(`${podsPath}/vip`);
    assert.equal(vip.status.nominatedNodeName, 'n1');
    assert.equal(vip.spec.nodeName, undefined);
    // Nobody else takes what was made free for it.
    await cluster.delete(`${podsPath}/large`, { gracePeriodSeconds: 0 });
    await cluster.create(podsPath, pod('thief', low('1')));
    await cluster.cluster.advance(10_000);
    assert.equal(await nodeOf(cluster, 'vip'), 'n1');
    assert.equal(await nodeOf(cluster, 'small'), 'n1');
    assert.equal(await nodeOf(cluster, 'thief'), undefined);
    const events = await cluster.list('/api/v1/namespaces/default/events');
    const told = events.find(({ reason }: Loose) => reason === 'Preempted');
    assert.equal(told.message, `Preempted by pod ${vip.metadata.uid} on node n1`);
    assert.equal(told.involvedObject.name, 'large');
  });

  it('rather takes pods whose budget allows it', async () => {
    await using cluster = await stage(['scheduler']);
    await priorities(cluster);
    const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';
    await cluster.create(budgets, {
      metadata: { name: 'keep' },
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'kept' } } },
    });
    await addNode(cluster, 'n1', { allocatable: { cpu: '1' } });
    await cluster.create(podsPath, pod('kept', { ...asking({ cpu: '1' }), priorityClassName: 'low' }));
    await addNode(cluster, 'n2', { allocatable: { cpu: '1' } });
    await cluster.create(podsPath, pod('free', { ...asking({ cpu: '1' }), priorityClassName: 'low' }));
    await cluster.create(podsPath, pod('vip', { ...asking({ cpu: '1' }), priorityClassName: 'high' }));
    assert.equal((await cluster.get(`${podsPath}/vip`)).status.nominatedNodeName, 'n2');
    assert.equal((await cluster.get(`${podsPath}/kept`)).metadata.deletionTimestamp, undefined);
  });

  it('is not for pods that say so', async () => {
    await using cluster = await stage(['scheduler']);
    await priorities(cluster);
    await addNode(cluster, 'n1', { allocatable: { cpu: '1' } });
    await cluster.create(podsPath, pod('a', asking({ cpu: '1' })));
    await cluster.create(podsPath, pod('b', { ...asking({ cpu: '1' }), priorityClassName: 'polite' }));
    assert.equal(
      await whyNot(cluster, 'b'),
      '0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to preemptionPolicy=Never.',
    );
  });
});
