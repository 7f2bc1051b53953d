import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setOwn } from '../../src/apimachinery/object.ts';
import { activeNamespace, admissionOver, apply, inNamespace, pod, refused } from './helper.ts';

const specOf = (object: { [field: string]: unknown }) => object['spec'] as Record<string, unknown>;
const annotated = (name: string, annotations: Record<string, string>) => ({
  ...activeNamespace(name),
  metadata: { name, annotations },
});
const forbidden = (why: string) => `pods "web" is forbidden: ${why}`;

test('AlwaysPullImages pulls images of every kind of container and of volumes', async () => {
  const admit = await admissionOver([], ['AlwaysPullImages']);
  const container = (name: string) => ({ name, image: name, imagePullPolicy: 'IfNotPresent' });
  const sent = pod({
    containers: [container('a')],
    initContainers: [container('b')],
    ephemeralContainers: [container('c')],
    volumes: [
      { name: 'v', image: { reference: 'r', pullPolicy: 'Never' } },
      { name: 'w', emptyDir: {} },
    ],
  });
  const spec = specOf(await admit(sent)) as Record<string, { imagePullPolicy: string; image?: object }[]>;
  for (const kind of ['containers', 'initContainers', 'ephemeralContainers']) {
    assert.equal(spec[kind]![0]!.imagePullPolicy, 'Always', kind);
  }
  assert.deepEqual(spec['volumes']![0]!.image, { reference: 'r', pullPolicy: 'Always' });
  const unchanged = specOf(await admit(sent, { oldObject: sent })) as typeof spec;
  assert.equal(unchanged['containers']![0]!.imagePullPolicy, 'IfNotPresent');
});

test('DenyServiceExternalIPs keeps the IPs that are there and takes no others', async () => {
  const admit = await admissionOver([], ['DenyServiceExternalIPs']);
  const service = (...externalIPs: string[]) =>
    inNamespace('a', apply('v1', 'Service', 's', { spec: { externalIPs } }));
  const why = 'services "s" is forbidden: Use of external IPs is denied by admission control';
  await admit(service());
  await admit(service('192.0.2.1'), { oldObject: service('192.0.2.1', '192.0.2.2') });
  await refused(403, why, admit(service('192.0.2.1')));
  await refused(403, why, admit(service('192.0.2.1', '192.0.2.2'), { oldObject: service('192.0.2.1') }));
});

test('ExtendedResourceToleration tolerates the devices that a pod asks for', async () => {
  const admit = await admissionOver([], ['ExtendedResourceToleration']);
  const asking = (...names: string[]) => ({
    name: 'c',
    resources: { requests: Object.fromEntries(names.map((name) => [name, '1'])) },
  });
  const tolerationsOf = async (spec: object) =>
    (specOf(await admit(pod(spec)))['tolerations'] as { key: string; effect: string }[])
      .filter(({ effect }) => effect === 'NoSchedule')
      .map(({ key }) => key);
  const containers = [asking('example.com/b', 'cpu', 'memory', 'kubernetes.io/x')];
  const initContainers = [asking('example.com/a')];
  assert.deepEqual(await tolerationsOf({ containers, initContainers }), ['example.com/a', 'example.com/b']);
  const tolerations = [{ key: 'example.com/b', operator: 'Exists', effect: 'NoSchedule' }];
  assert.deepEqual(await tolerationsOf({ containers, tolerations }), ['example.com/b']);
});

test('LimitPodHardAntiAffinityTopology lets pods keep others off their node only', async () => {
  const admit = await admissionOver([], ['LimitPodHardAntiAffinityTopology']);
  const keepingOff = (topologyKey: string) =>
    pod({
      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey }] } },
    });
  await admit(keepingOff('kubernetes.io/hostname'));
  await refused(
    403,
    forbidden(
      'affinity.PodAntiAffinity.RequiredDuringScheduling has TopologyKey zone but only key kubernetes.io/hostname is allowed',
    ),
    admit(keepingOff('zone')),
  );
});

test('PodNodeSelector adds what the namespace, else the cluster, selects', async () => {
  const own = annotated('own', { 'scheduler.alpha.kubernetes.io/node-selector': 'team=own, disk = ssd' });
  const configurations = {
    PodNodeSelector: { clusterDefaultNodeSelector: 'env=prod', own: 'team=own,disk=ssd,gpu=yes' },
  };
  const admit = await admissionOver([own], ['PodNodeSelector'], { configurations });
  const selectorOf = async (namespace: string, nodeSelector: object) =>
    specOf(await admit(inNamespace(namespace, pod({ nodeSelector }))))['nodeSelector'];
  assert.deepEqual(await selectorOf('a', { x: 'y' }), { env: 'prod', x: 'y' });
  assert.deepEqual(await selectorOf('own', { gpu: 'yes' }), { team: 'own', disk: 'ssd', gpu: 'yes' });
  await refused(
    403,
    forbidden('pod node label selector conflicts with its namespace node label selector'),
    selectorOf('own', { team: 'other' }),
  );
  await refused(
    403,
    forbidden('pod node label selector labels conflict with its namespace whitelist'),
    selectorOf('own', { gpu: 'no' }),
  );
});

test('PodNodeSelector answers 500 for a selector that is none', async () => {
  const cases: [string, string][] = [
    ['nonsense', 'invalid selector: [nonsense]'],
    ['a=b=c', 'invalid selector: [a b c]'],
  ];
  for (const [text, message] of cases) {
    const broken = annotated('b', { 'scheduler.alpha.kubernetes.io/node-selector': text });
    const admit = await admissionOver([broken], ['PodNodeSelector']);
    await refused(500, message, admit(inNamespace('b', pod())));
  }
  const odd: Record<string, string> = {};
  setOwn(odd, '__proto__', 'x');
  const admit = await admissionOver([annotated('b', odd)], ['PodNodeSelector']);
  assert.equal(specOf(await admit(inNamespace('b', pod())))['nodeSelector'], undefined);
});

test('PodTolerationRestriction adds the tolerations of a namespace and allows no others', async () => {
  const gpu = { key: 'gpu', operator: 'Exists', effect: 'NoSchedule' };
  const spot = { key: 'spot', operator: 'Exists' };
  const bad = ['not-ready', 'unreachable'].map((name) => ({
    key: `node.kubernetes.io/${name}`,
    operator: 'Exists',
    effect: 'NoExecute',
  }));
  const text = JSON.stringify;
  const own = annotated('own', {
    'scheduler.alpha.kubernetes.io/defaultTolerations': text([gpu]),
    'scheduler.alpha.kubernetes.io/tolerationsWhitelist': text([gpu, ...bad]),
  });
  const configurations = { PodTolerationRestriction: { default: [spot], whitelist: [spot, ...bad] } };
  const admit = await admissionOver([own], ['PodTolerationRestriction'], { configurations });
  const keysOf = async (namespace: string, spec: object = {}) =>
    (specOf(await admit(inNamespace(namespace, pod(spec))))['tolerations'] as { key: string }[])
      .map(({ key }) => key)
      .filter((key) => !key.startsWith('node.kubernetes.io/'));
  assert.deepEqual(await keysOf('own'), ['gpu']);
  assert.deepEqual(await keysOf('a'), ['spot']);
  const conflict = (scope: string) =>
    `pod tolerations (possibly merged with namespace default tolerations) conflict with its ${scope} whitelist`;
  await refused(500, conflict('namespace'), keysOf('own', { tolerations: [spot] }));
  await refused(500, conflict('cluster'), keysOf('a', { tolerations: [gpu] }));
});

test('PodTolerationRestriction lets pods with requests stay when memory runs short', async () => {
  const admit = await admissionOver([], ['PodTolerationRestriction']);
  const pressure = { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' };
  const containers = [{ name: 'c', resources: { requests: { cpu: '1' } } }];
  const has = async (spec: object) =>
    (specOf(await admit(pod(spec)))['tolerations'] as { key: string }[]).some(
      ({ key }) => key === pressure.key,
    );
  assert.equal(await has({ containers }), true);
  assert.equal(await has({}), false);
});
