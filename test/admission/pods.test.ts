import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setOwn } from '../../src/apimachinery/object.ts';
import { admissionOver, apply, pod, refused } from './helper.ts';

const fiveMinutes = (key: string) => ({
  key,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
});
const notReady = fiveMinutes('node.kubernetes.io/not-ready');
const unreachable = fiveMinutes('node.kubernetes.io/unreachable');

const priorityClass = (name: string, value: number, rest: object = {}) =>
  apply('scheduling.k8s.io/v1', 'PriorityClass', name, {
    value,
    preemptionPolicy: 'PreemptLowerPriority',
    ...rest,
  });

const specOf = (object: { [field: string]: unknown }) => object['spec'] as Record<string, unknown>;

test('a plain pod gets priority 0 and the two tolerations', async () => {
  const admit = await admissionOver([]);
  const spec = specOf(await admit(pod()));
  assert.equal(spec['priority'], 0);
  assert.equal(spec['preemptionPolicy'], 'PreemptLowerPriority');
  assert.equal('priorityClassName' in spec, false);
  assert.deepEqual(spec['tolerations'], [notReady, unreachable]);
});

test('tolerations that say something about bad nodes are left alone', async () => {
  const admit = await admissionOver([]);
  const cases: [object[], object[]][] = [
    [[{ operator: 'Exists' }], []],
    [[{ key: notReady.key, operator: 'Exists' }], [unreachable]],
    [[{ key: unreachable.key, effect: 'NoExecute', operator: 'Exists', tolerationSeconds: 5 }], [notReady]],
    [[{ key: notReady.key, effect: 'NoSchedule', operator: 'Exists' }], [notReady, unreachable]],
  ];
  for (const [tolerations, added] of cases) {
    const spec = specOf(await admit(pod({ tolerations })));
    assert.deepEqual(spec['tolerations'], [...tolerations, ...added]);
  }
});

test('how long pods stay on bad nodes is for the operator to say', async () => {
  const setting = { configurations: { DefaultTolerationSeconds: { notReady: 5, unreachable: 0 } } };
  const admit = await admissionOver([], [], setting);
  assert.deepEqual(specOf(await admit(pod()))['tolerations'], [
    { ...notReady, tolerationSeconds: 5 },
    { ...unreachable, tolerationSeconds: 0 },
  ]);
});

test('the class decides the priority of a pod', async () => {
  const gentle = priorityClass('gentle', 100, { preemptionPolicy: 'Never' });
  const admit = await admissionOver([gentle, priorityClass('usual', 7, { globalDefault: true })]);
  const named = specOf(await admit(pod({ priorityClassName: 'gentle' })));
  assert.deepEqual([named['priority'], named['preemptionPolicy']], [100, 'Never']);
  const unnamed = specOf(await admit(pod()));
  assert.deepEqual([unnamed['priorityClassName'], unnamed['priority']], ['usual', 7]);
  await refused(
    403,
    'pods "web" is forbidden: no PriorityClass with name none was found',
    admit(pod({ priorityClassName: 'none' })),
  );
  await refused(
    403,
    'pods "web" is forbidden: the integer value of priority (5) must not be provided in pod spec; priority admission controller computed 100 from the given PriorityClass name',
    admit(pod({ priorityClassName: 'gentle', priority: 5 })),
  );
  await refused(
    403,
    'pods "web" is forbidden: the string value of PreemptionPolicy (PreemptLowerPriority) must not be provided in pod spec; priority admission controller computed Never from the given PriorityClass name',
    admit(pod({ priorityClassName: 'gentle', preemptionPolicy: 'PreemptLowerPriority' })),
  );
});

test('an update keeps the priority that it leaves out', async () => {
  const admit = await admissionOver([]);
  const oldObject = pod({ priority: 9, preemptionPolicy: 'Never' });
  const spec = specOf(await admit(pod(), { oldObject }));
  assert.deepEqual([spec['priority'], spec['preemptionPolicy']], [9, 'Never']);
});

test('only one PriorityClass is the default', async () => {
  const first = priorityClass('first', 1, { globalDefault: true });
  const admit = await admissionOver([first]);
  await admit(first, { oldObject: first });
  const second = priorityClass('second', 2, { globalDefault: true });
  const message =
    'priorityclasses.scheduling.k8s.io "second" is forbidden: PriorityClass first is already marked as default. Only one default can exist';
  await refused(403, message, admit(second));
  await refused(403, message, admit(second, { oldObject: priorityClass('second', 2) }));
});

const runtime = (name: string, rest: object) =>
  apply('node.k8s.io/v1', 'RuntimeClass', name, { handler: name, ...rest });

test('a pod carries the overhead and goes to the nodes of its runtime class', async () => {
  const heavy = runtime('heavy', {
    overhead: { podFixed: { cpu: '250m', memory: '128Mi' } },
    scheduling: {
      nodeSelector: { sandbox: 'yes' },
      tolerations: [{ key: 'sandbox', operator: 'Exists', effect: 'NoSchedule' }],
    },
  });
  const admit = await admissionOver([heavy, runtime('light', {})]);
  const given = {
    runtimeClassName: 'heavy',
    nodeSelector: { disk: 'ssd' },
    tolerations: [
      { key: 'sandbox', operator: 'Equal', value: 'x', effect: 'NoSchedule' },
      notReady,
      unreachable,
    ],
  };
  const spec = specOf(await admit(pod(given)));
  assert.deepEqual(spec['overhead'], { cpu: '250m', memory: '128Mi' });
  assert.deepEqual(spec['nodeSelector'], { disk: 'ssd', sandbox: 'yes' });
  assert.deepEqual(spec['tolerations'], [
    notReady,
    unreachable,
    { key: 'sandbox', operator: 'Exists', effect: 'NoSchedule' },
  ]);
  await admit(pod({ runtimeClassName: 'heavy', overhead: { cpu: '0.25', memory: '128Mi' } }));
  const cases: [object, string][] = [
    [{ runtimeClassName: 'none' }, 'pod rejected: RuntimeClass "none" not found'],
    [
      { runtimeClassName: 'heavy', overhead: { cpu: '1' } },
      "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead",
    ],
    [
      { runtimeClassName: 'light', overhead: { cpu: '1' } },
      'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
    ],
    [
      { runtimeClassName: 'heavy', nodeSelector: { sandbox: 'no' } },
      'conflict: runtimeClass.scheduling.nodeSelector[sandbox] = yes; pod.spec.nodeSelector[sandbox] = no',
    ],
  ];
  for (const [rest, why] of cases) await refused(403, `pods "web" is forbidden: ${why}`, admit(pod(rest)));
});

test('a pod shows where its node stands', async () => {
  const labels = {
    'topology.kubernetes.io/zone': 'z1',
    'topology.kubernetes.io/region': 'r1',
    other: 'x',
  };
  const node = { ...apply('v1', 'Node', 'n1'), metadata: { name: 'n1', labels } };
  const admit = await admissionOver([node]);
  const shown = {
    app: 'web',
    'topology.kubernetes.io/zone': 'z1',
    'topology.kubernetes.io/region': 'r1',
  };
  const assigned = pod({ nodeName: 'n1' }, { labels: { app: 'web' } });
  assert.deepEqual((await admit(assigned)).metadata.labels, shown);

  assert.equal((await admit(pod())).metadata.labels, undefined);
  assert.equal((await admit(pod({ nodeName: 'n2' }))).metadata.labels, undefined);
});

test('a new node is tainted until it is ready', async () => {
  const admit = await admissionOver([]);
  const taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };
  const other = { key: 'gpu', effect: 'NoSchedule' };
  const taintsOf = async (...taints: object[]) =>
    specOf(await admit(apply('v1', 'Node', 'n1', { spec: { taints } })))['taints'];
  assert.deepEqual(await taintsOf(other), [other, taint]);
  assert.deepEqual(await taintsOf(taint), [taint]);
});

test('names that objects inherit are names like others', async () => {
  const admit = await admissionOver([]);
  const labels: Record<string, string> = {};
  setOwn(labels, '__proto__', 'x');
  const admitted = await admit(pod({ nodeSelector: labels }, { labels, annotations: { constructor: 'y' } }));
  assert.deepEqual(Object.keys(admitted.metadata.labels!), ['__proto__']);
  assert.deepEqual(Object.keys(specOf(admitted)['nodeSelector'] as object), ['__proto__']);
});
