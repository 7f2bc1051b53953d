import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admissionOver, apply, inNamespace, pod, refused } from './helper.ts';

const limits = (...items: object[]) =>
  inNamespace('a', apply('v1', 'LimitRange', 'bounds', { spec: { limits: items } }));

const container = (name: string, requests?: object, ceilings?: object, rest: object = {}) => ({
  name,
  image: 'nginx',
  ...(requests || ceilings
    ? { resources: { ...(requests ? { requests } : {}), ...(ceilings ? { limits: ceilings } : {}) } }
    : {}),
  ...rest,
});

const defaults = limits({
  type: 'Container',
  default: { cpu: '500m', memory: '512Mi' },
  defaultRequest: { cpu: '100m', memory: '256Mi' },
});

test('containers get what they leave open, and an annotation tells', async () => {
  const admit = await admissionOver([defaults]);
  const admitted = await admit(
    pod({
      containers: [container('main'), container('side', { cpu: '50m' }, { cpu: '1', memory: '1Gi' })],
      initContainers: [container('init', { cpu: '1', memory: '1Gi' }, { cpu: '1', memory: '1Gi' })],
    }),
  );
  const spec = admitted['spec'] as { containers: object[]; initContainers: object[] };
  assert.deepEqual(spec.containers, [
    container('main', { cpu: '100m', memory: '256Mi' }, { cpu: '500m', memory: '512Mi' }),
    container('side', { cpu: '50m', memory: '256Mi' }, { cpu: '1', memory: '1Gi' }),
  ]);
  assert.equal(
    admitted.metadata.annotations?.['kubernetes.io/limit-ranger'],
    'LimitRanger plugin set: cpu, memory request for container main; cpu, memory limit for container main; memory request for container side',
  );
});

test('pods of other namespaces and updates are left alone', async () => {
  const admit = await admissionOver([defaults, apply('v1', 'Namespace', 'b')]);
  const elsewhere = inNamespace('b', pod());
  assert.equal((await admit(elsewhere)).metadata.annotations, undefined);
  assert.equal((await admit(pod(), { oldObject: pod() })).metadata.annotations, undefined);
});

const minMax = { min: { cpu: '200m' }, max: { cpu: '2' } };

const podCases: [string, object, object, string][] = [
  [
    'no request',
    { type: 'Container', min: { cpu: '200m' } },
    { containers: [container('main')] },
    'minimum cpu usage per Container is 200m.  No request is specified',
  ],
  [
    'request below the minimum',
    { type: 'Container', ...minMax },
    { containers: [container('main', { cpu: '100m' }, { cpu: '1' })] },
    'minimum cpu usage per Container is 200m, but request is 100m',
  ],
  [
    'limit above the maximum',
    { type: 'Container', ...minMax },
    { containers: [container('main', { cpu: '1' }, { cpu: '2500m' })] },
    'maximum cpu usage per Container is 2, but limit is 2500m',
  ],
  [
    'several containers',
    { type: 'Container', ...minMax },
    {
      containers: [container('main', { cpu: '1' }, { cpu: '1' })],
      initContainers: [container('init', { cpu: '100m' })],
    },
    '[minimum cpu usage per Container is 200m, but request is 100m, maximum cpu usage per Container is 2.  No limit is specified]',
  ],
  [
    'ratio',
    { type: 'Container', maxLimitRequestRatio: { memory: '2' } },
    { containers: [container('main', { memory: '1Gi' }, { memory: '3Gi' })] },
    'memory max limit to request ratio per Container is 2, but provided ratio is 3.000000',
  ],
  [
    'ratio without a request',
    { type: 'Container', maxLimitRequestRatio: { memory: '2' } },
    { containers: [container('main')] },
    'memory max limit to request ratio per Container is 2, but no request is specified or request is 0',
  ],
  [
    'sum of the containers',
    { type: 'Pod', max: { cpu: '2' } },
    { containers: ['one', 'two'].map((name) => container(name, { cpu: '1' }, { cpu: '1500m' })) },
    'maximum cpu usage per Pod is 2, but limit is 3',
  ],
  [
    'an init container beside a sidecar',
    { type: 'Pod', max: { cpu: '2' } },
    {
      containers: [container('main', { cpu: '1' }, { cpu: '1' })],
      initContainers: [
        container('sidecar', { cpu: '1' }, { cpu: '1' }, { restartPolicy: 'Always' }),
        container('init', { cpu: '1500m' }, { cpu: '1500m' }),
      ],
    },
    'maximum cpu usage per Pod is 2, but limit is 2500m',
  ],
];

for (const [name, item, spec, why] of podCases) {
  test(`pods keep within bounds: ${name}`, async () => {
    const admit = await admissionOver([limits(item)]);
    await refused(403, `pods "web" is forbidden: ${why}`, admit(pod(spec)));
  });
}

test('what a pod says as a whole counts', async () => {
  const admit = await admissionOver([limits({ type: 'Pod', max: { cpu: '2' } })]);
  const containers = [container('main', { cpu: '3' }, { cpu: '3' })];
  await admit(pod({ containers, resources: { requests: { cpu: '2' }, limits: { cpu: '2' } } }));
});

test('claims keep within bounds', async () => {
  const bounds = { min: { storage: '1Gi' }, max: { storage: '10Gi' } };
  const admit = await admissionOver([limits({ type: 'PersistentVolumeClaim', ...bounds })]);
  const claim = (storage: string) =>
    inNamespace(
      'a',
      apply('v1', 'PersistentVolumeClaim', 'data', {
        spec: { storageClassName: '', resources: { requests: { storage } } },
      }),
    );
  await admit(claim('5Gi'));
  for (const [size, why] of [
    ['500Mi', 'minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 500Mi'],
    ['20Gi', 'maximum storage usage per PersistentVolumeClaim is 10Gi, but request is 20Gi'],
  ] as const) {
    await refused(403, `persistentvolumeclaims "data" is forbidden: ${why}`, admit(claim(size)));
  }
});
