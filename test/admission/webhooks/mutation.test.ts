import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configMap, expectCode, expectFailure, type Loose, pod } from '../../helpers/api.ts';
import { assertSubset } from '../../helpers/subset.ts';
import { allow, change, configMaps, type Hooked, hooked, onPods, pods, rule, set } from './kit.ts';

/** Who was asked, in order, and the data of the config map that each was shown. */
const shown = ({ asked }: Hooked): Loose[] =>
  asked().map(({ by, review }) => [by, review.request.object?.data]);

const create = async ({ api }: Hooked, name = 'a', data: Record<string, string> = { k: 'v' }) =>
  expectCode(await api.post(configMaps, configMap(name, data)), 201).data;

test('each webhook sees what those before it have made, in order of configurations and in them', async (t) => {
  const use = await hooked(t);
  await use.mutating('b', use.hook('b', set('b')));
  await use.mutating('a-9', use.hook('a9', set('a9')));
  await use.mutating('a-10', use.hook('z', set('z')), use.hook('m', set('m')));
  await use.validating('v', use.hook('v', allow()));
  const all = { k: 'v', z: '1', m: '1', a9: '1', b: '1' };
  assert.deepEqual(await create(use), all);
  assert.deepEqual(shown(use), [
    ['z', { k: 'v' }],
    ['m', { k: 'v', z: '1' }],
    ['a9', { k: 'v', z: '1', m: '1' }],
    ['b', { k: 'v', z: '1', m: '1', a9: '1' }],
    ['v', all],
  ]);
  expectCode(await use.api.put(`${configMaps}/a`, configMap('a', { k: 'w' })), 200);
  const [first] = use.asked();
  assert.deepEqual(first!.review.request.object.data, { k: 'w' });
  assert.deepEqual(first!.review.request.oldObject.data, all);
  assert.deepEqual(expectCode(await use.api.get(`${configMaps}/a`), 200).data, { ...all, k: 'w' });
});

test('what a dry run is shown is changed too, and not stored', async (t) => {
  const use = await hooked(t);
  await use.mutating('m', use.hook('m', set('a')));
  const { data } = expectCode(
    await use.api.post(`${configMaps}?dryRun=All`, configMap('a', { k: 'v' })),
    201,
  );
  assert.deepEqual(data, { k: 'v', a: '1' });
  expectFailure(await use.api.get(`${configMaps}/a`), 404, 'NotFound');
});

const defaultsOfContainer = {
  resources: {},
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  imagePullPolicy: 'Always',
};

test('what a patch adds gets its defaults, for the next webhook already', async (t) => {
  const use = await hooked(t);
  const side = { name: 'side', image: 'side', ports: [{ containerPort: 80 }] };
  await use.mutating(
    'm',
    use.hook('m1', change([{ op: 'add', path: '/spec/containers/-', value: side }]), onPods),
    use.hook('m2', allow(), onPods),
  );
  const { spec } = expectCode(await use.api.post(pods, pod('p')), 201);
  const ports = [{ containerPort: 80, protocol: 'TCP' }];
  assert.deepEqual(spec.containers[1], { ...side, ports, ...defaultsOfContainer });
  const [, second] = use.asked();
  assert.deepEqual(second!.review.request.object.spec.containers[1], {
    ...side,
    ports,
    ...defaultsOfContainer,
  });
});

test('what a patch leaves is validated, and only that', async (t) => {
  const use = await hooked(t);
  const behaviour = (path: string, value: unknown) => change([{ op: 'replace', path, value }]);
  await use.mutating('m', use.hook('m', behaviour('/spec/restartPolicy', 'Sometimes'), onPods));
  const invalid = expectFailure(await use.api.post(pods, pod('p')), 422, 'Invalid');
  assert.equal(
    invalid.message,
    'Pod "p" is invalid: spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
  );
  use.behave('m', change([{ op: 'remove', path: '/spec/containers/0/image' }]));
  const required = expectFailure(await use.api.post(pods, pod('p')), 422, 'Invalid');
  assert.equal(required.message, 'Pod "p" is invalid: spec.containers[0].image: Required value');
  use.behave('m', behaviour('/metadata/labels/a', 'mended'));
  expectCode(await use.api.post(pods, pod('p', {}, { labels: { a: 'not valid!' } })), 201);
  use.behave('m', change([{ op: 'add', path: '/spec/containers/0/nonsense', value: 'x' }]));
  const { spec } = expectCode(await use.api.post(pods, pod('q')), 201);
  assert.equal('nonsense' in spec.containers[0], false);
});

test('a deletion cannot be changed', async (t) => {
  const use = await hooked(t);
  await create(use);
  await use.mutating('m', use.hook('m', set('a'), { failurePolicy: 'Ignore' }));
  const { message } = expectFailure(await use.api.delete(`${configMaps}/a`), 500, 'InternalError');
  assert.equal(
    message,
    'Internal error occurred: admission webhook "m.example.com" attempted to modify the object, which is not supported for this operation',
  );
  expectCode(await use.api.get(`${configMaps}/a`), 200);
  use.behave('m', change([]));
  expectCode(await use.api.delete(`${configMaps}/a`), 200);
});

test('name, uid and namespace of what is there stay', async (t) => {
  const use = await hooked(t);
  await create(use);
  await use.mutating('m', use.hook('m', allow()));
  const other = '11111111-2222-3333-4444-555555555555';
  const put = (path: string, value: unknown) => {
    use.behave('m', change([{ op: 'add', path, value }]));
    return use.api.put(`${configMaps}/a`, configMap('a', { k: 'w' }));
  };
  const name = expectFailure(await put('/metadata/name', 'b'), 422, 'Invalid');
  assert.equal(
    name.message,
    'ConfigMap "b" is invalid: metadata.name: Invalid value: "b": field is immutable',
  );
  const uid = expectFailure(await put('/metadata/uid', other), 422, 'Invalid');
  assert.equal(
    uid.message,
    `ConfigMap "a" is invalid: metadata.uid: Invalid value: "${other}": field is immutable`,
  );
  const namespace = expectFailure(await put('/metadata/namespace', 'kube-system'), 400, 'BadRequest');
  assert.equal(
    namespace.message,
    'the namespace of the provided object does not match the namespace sent on the request',
  );
  expectFailure(await put('/metadata/resourceVersion', '1'), 409, 'Conflict');
  assert.deepEqual(expectCode(await use.api.get(`${configMaps}/a`), 200).data, { k: 'v' });
});

test('a new object may get its name from a webhook, and nothing that the server gives', async (t) => {
  const use = await hooked(t);
  await use.mutating('m', use.hook('m', change([{ op: 'add', path: '/metadata/name', value: 'chosen' }])));
  const generated = { metadata: { generateName: 'gen-' } };
  assert.equal(expectCode(await use.api.post(configMaps, generated), 201).metadata.name, 'chosen');
  expectCode(await use.api.get(`${configMaps}/chosen`), 200);
  const { message } = expectFailure(await use.api.post(configMaps, configMap('a')), 409, 'AlreadyExists');
  assert.equal(message, 'configmaps "chosen" already exists');
  use.behave('m', change([{ op: 'remove', path: '/metadata/name' }]));
  const nameless = expectFailure(await use.api.post(configMaps, configMap('a')), 422, 'Invalid');
  assert.equal(
    nameless.message,
    'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
  );
  use.behave('m', change([{ op: 'add', path: '/metadata/namespace', value: 'kube-system' }]));
  expectFailure(await use.api.post(configMaps, configMap('a')), 400, 'BadRequest');
  use.behave('m', change([{ op: 'add', path: '/metadata/uid', value: 'mine' }]));
  assert.notEqual(expectCode(await use.api.post(configMaps, configMap('a')), 201).metadata.uid, 'mine');
});

const autoscalers = (version: string) =>
  `/apis/autoscaling/${version}/namespaces/default/horizontalpodautoscalers`;
const utilization = (name: string, averageUtilization: number) => ({
  type: 'Resource',
  resource: { name, target: { type: 'Utilization', averageUtilization } },
});

test('a patch in another version of the resource', async (t) => {
  const use = await hooked(t);
  const on = (version: string) => ({
    rules: [rule('*', 'autoscaling', version, 'horizontalpodautoscalers')],
  });
  const path = '/spec/targetCPUUtilizationPercentage';
  await use.mutating(
    'm',
    use.hook('m1', change([{ op: 'replace', path, value: 66 }]), on('v1')),
    use.hook(
      'm2',
      change([{ op: 'add', path: '/spec/metrics/-', value: utilization('memory', 33) }]),
      on('v2'),
    ),
    use.hook('m3', allow(), on('v1')),
  );
  const { spec } = expectCode(
    await use.api.post(autoscalers('v2'), {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'h' },
      spec: {
        maxReplicas: 3,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' },
        metrics: [utilization('cpu', 44)],
      },
    }),
    201,
  );
  assert.deepEqual(spec.metrics, [utilization('cpu', 66), utilization('memory', 33)]);
  const [first, second, third] = use.asked().map(({ review }) => review.request);
  const inVersion = (version: string) => ({ group: 'autoscaling', version });
  for (const [request, version] of [
    [first, 'v1'],
    [second, 'v2'],
    [third, 'v1'],
  ] as const) {
    assertSubset(request, {
      kind: { ...inVersion(version), kind: 'HorizontalPodAutoscaler' },
      resource: { ...inVersion(version), resource: 'horizontalpodautoscalers' },
      requestKind: { ...inVersion('v2'), kind: 'HorizontalPodAutoscaler' },
      requestResource: { ...inVersion('v2'), resource: 'horizontalpodautoscalers' },
      object: { apiVersion: `autoscaling/${version}` },
    });
  }
  assert.equal(first.object.spec.targetCPUUtilizationPercentage, 44);
  assert.deepEqual(second.object.spec.metrics, [utilization('cpu', 66)]);
  assert.equal(third.object.spec.targetCPUUtilizationPercentage, 66);
});

test('a patch may tell the object in another version, when it is as good in that', async (t) => {
  const use = await hooked(t);
  const rules = [rule('*', 'autoscaling', 'v1', 'horizontalpodautoscalers')];
  const inV2 = change([
    { op: 'replace', path: '/apiVersion', value: 'autoscaling/v2' },
    { op: 'remove', path: '/spec/targetCPUUtilizationPercentage' },
    { op: 'add', path: '/spec/metrics', value: [utilization('memory', 33)] },
  ]);
  await use.mutating('m', use.hook('m', inV2, { rules }));
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' };
  const spec = { maxReplicas: 3, targetCPUUtilizationPercentage: 55, scaleTargetRef };
  expectCode(await use.api.post(autoscalers('v1'), { metadata: { name: 'h' }, spec }), 201);
  const { metrics } = expectCode(await use.api.get(`${autoscalers('v2')}/h`), 200).spec;
  assert.deepEqual(metrics, [utilization('memory', 33)]);
});

test('a scale and a status may be changed, as far as they may be written', async (t) => {
  const use = await hooked(t);
  const path = '/apis/apps/v1/namespaces/default/deployments';
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  const spec = { selector: { matchLabels: { a: 'b' } }, template };
  expectCode(await use.api.post(path, { metadata: { name: 'd' }, spec }), 201);
  const replicas = change([{ op: 'replace', path: '/spec/replicas', value: 7 }]);
  await use.mutating('m', use.hook('m', replicas, { rules: [rule('*', 'apps', 'v1', 'deployments/*')] }));
  const scale = expectCode(await use.api.get(`${path}/d/scale`), 200);
  expectCode(await use.api.put(`${path}/d/scale`, { ...scale, spec: { replicas: 2 } }), 200);
  assert.equal(expectCode(await use.api.get(`${path}/d`), 200).spec.replicas, 7);
  use.behave(
    'm',
    change([
      { op: 'replace', path: '/spec/replicas', value: 9 },
      { op: 'add', path: '/status/observedGeneration', value: 8 },
    ]),
  );
  const status = { status: { observedGeneration: 5 } };
  const after = expectCode(await use.api.patch(`${path}/d/status`, 'merge', status), 200);
  assert.deepEqual([after.spec.replicas, after.status.observedGeneration], [7, 8]);
});
