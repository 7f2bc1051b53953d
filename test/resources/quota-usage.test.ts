import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../src/apimachinery/object.ts';
import { formatQuantity } from '../../src/apimachinery/quantity.ts';
import { evaluatorFor, type World } from '../../src/resources/core/resourcequotas/usage/index.ts';
import { openStore } from '../registry/kit.ts';

const nowMs = Date.UTC(2026, 0, 1);
const world = { nowMs, reader: (await openStore()).reader };
const core = (resource: string) => evaluatorFor({ group: '', resource })!;

function usageOf(
  group: string,
  resource: string,
  object: object,
  from: World = world,
): Record<string, string> {
  const used = evaluatorFor({ group, resource })!.usage({ metadata: {}, ...object } as KubeObject, from);
  return Object.fromEntries([...used].map(([name, amount]) => [name, formatQuantity(amount)]));
}

const pod = (spec: object, rest: object = {}) => ({ spec: { containers: [], ...spec }, ...rest });
const needs = (name: string, requests: object, rest: object = {}) => ({
  name,
  resources: { requests },
  ...rest,
});
const cpuOf = (object: object) => usageOf('', 'pods', object)['requests.cpu'];

test('a pod uses what it needs at its peak, and its sandbox on top', () => {
  const containers = [needs('a', { cpu: '1' }), needs('b', { cpu: '2' })];
  assert.equal(cpuOf(pod({ containers })), '3');
  assert.equal(cpuOf(pod({ containers, initContainers: [needs('i', { cpu: '5' })] })), '5');
  const sidecar = needs('s', { cpu: '1' }, { restartPolicy: 'Always' });
  assert.equal(cpuOf(pod({ containers, initContainers: [sidecar, needs('i', { cpu: '5' })] })), '6');
  assert.equal(cpuOf(pod({ containers, overhead: { cpu: '250m' } })), '3250m');
  assert.equal(cpuOf(pod({ containers, resources: { requests: { cpu: '10' } } })), '10');
  const limits = usageOf('', 'pods', pod({ containers, overhead: { cpu: '1' } }));
  assert.equal(limits['limits.cpu'], undefined);
});

test('a container counts with what it has while it is resized', () => {
  const containers = [needs('a', { cpu: '1' })];
  const has = (cpu: string, conditions: object[] = []) => ({
    status: { conditions, containerStatuses: [{ name: 'a', resources: { requests: { cpu } } }] },
  });
  assert.equal(cpuOf(pod({ containers }, has('3'))), '3');
  assert.equal(cpuOf(pod({ containers }, has('500m'))), '1');
  const infeasible = [{ type: 'PodResizePending', reason: 'Infeasible' }];
  assert.equal(cpuOf(pod({ containers }, has('500m', infeasible))), '500m');
});

test('a pod that has ended is still an object and uses nothing else', () => {
  const containers = [needs('a', { cpu: '1' })];
  const ended = { 'count/pods': '1' };
  assert.deepEqual(usageOf('', 'pods', pod({ containers }, { status: { phase: 'Failed' } })), ended);
  const going = (deletionTimestamp: string) =>
    usageOf(
      '',
      'pods',
      pod({ containers }, { metadata: { deletionTimestamp, deletionGracePeriodSeconds: 30 } }),
    );
  assert.deepEqual(going('2025-12-31T23:59:29Z'), ended);
  assert.equal(going('2025-12-31T23:59:31Z')['pods'], '1');
});

test('names that a quota may have for pods', () => {
  const { uses } = core('pods');
  const yes = [
    'pods',
    'count/pods',
    'cpu',
    'limits.memory',
    'requests.ephemeral-storage',
    'hugepages-2Mi',
    'requests.hugepages-1Gi',
    'requests.example.com/gpu',
    'requests.deviceclass.resource.kubernetes.io/big',
  ];
  for (const name of yes) assert.equal(uses(name, world), true, name);
  for (const name of ['services', 'requests.storage', 'example.com/gpu', 'count/services', '__proto__']) {
    assert.equal(uses(name, world), false, name);
  }
});

test('what pods look for in other namespaces is a scope', () => {
  const { isWithin } = core('pods');
  const scope = { scopeName: 'CrossNamespacePodAffinity', operator: 'Exists' } as const;
  const near = (term: object) =>
    isWithin!(
      scope,
      pod({
        affinity: {
          podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ podAffinityTerm: term }] },
        },
      }) as unknown as KubeObject,
    );
  assert.equal(near({ topologyKey: 'x' }), false);
  assert.equal(near({ topologyKey: 'x', namespaces: ['b'] }), true);
  assert.equal(near({ topologyKey: 'x', namespaceSelector: {} }), true);
});

test('claims use whole bytes, of what is asked and what is allocated the larger', () => {
  const claim = (storage: string, status: object = {}) => ({
    spec: { storageClassName: 'gold', resources: { requests: { storage } } },
    status,
  });
  const infix = 'gold.storageclass.storage.k8s.io/';
  assert.deepEqual(usageOf('', 'persistentvolumeclaims', claim('1500m')), {
    'count/persistentvolumeclaims': '1',
    persistentvolumeclaims: '1',
    'requests.storage': '2',
    [`${infix}persistentvolumeclaims`]: '1',
    [`${infix}requests.storage`]: '2',
  });
  const growing = claim('1Gi', { allocatedResources: { storage: '2Gi' } });
  assert.equal(usageOf('', 'persistentvolumeclaims', growing)['requests.storage'], '2Gi');
});

test('attributes of volumes are a scope of claims', () => {
  const { isWithin } = core('persistentvolumeclaims');
  const holds = (operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist', values: string[], fields: object) =>
    isWithin!({ scopeName: 'VolumeAttributesClass', operator, values }, fields as KubeObject);
  const fast = {
    spec: { volumeAttributesClassName: 'fast' },
    status: { currentVolumeAttributesClassName: 'slow' },
  };
  assert.equal(holds('In', ['slow'], fast), true);
  assert.equal(holds('Exists', [], fast), true);
  assert.equal(holds('Exists', [], {}), false);
  assert.equal(holds('DoesNotExist', [], {}), true);
  assert.equal(holds('NotIn', ['fast'], {}), true);
  assert.equal(holds('In', ['fast'], {}), false);
});

test('claims on devices count by class, alternatives with the most they may take', () => {
  const exactly = (deviceClassName: string, count: number) => ({
    exactly: { deviceClassName, allocationMode: 'ExactCount', count },
  });
  const all = { deviceClassName: 'gpu', allocationMode: 'All' };
  const few = { deviceClassName: 'gpu', allocationMode: 'ExactCount', count: 2 };
  const claim = (...requests: object[]) => ({ spec: { devices: { requests } } });
  const devices = (className: string, object: object) =>
    usageOf('resource.k8s.io', 'resourceclaims', object)[`${className}.deviceclass.resource.k8s.io/devices`];
  assert.equal(devices('gpu', claim(exactly('gpu', 2), exactly('gpu', 3), exactly('fpga', 1))), '5');
  assert.equal(devices('gpu', claim({ firstAvailable: [few, all] }, exactly('gpu', 1))), '33');
});

const deviceClass = (name: string, extendedResourceName?: string): KubeObject => ({
  apiVersion: 'resource.k8s.io/v1',
  kind: 'DeviceClass',
  metadata: { name },
  spec: { ...(extendedResourceName ? { extendedResourceName } : {}) },
});

test('devices count as the extended resources that stand for them, less what their pod is charged for', async () => {
  const owner: KubeObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'a', uid: 'u' },
    spec: { containers: [needs('c', { 'example.com/gpu': '2' })] },
  };
  const classes = [deviceClass('gpu', 'example.com/gpu'), deviceClass('fpga')];
  const { reader } = await openStore(owner, ...classes);
  const here = { nowMs, reader };
  const claim = (className: string, metadata: object = {}) => ({
    metadata: { name: 'r', namespace: 'a', ...metadata },
    spec: {
      devices: {
        requests: [{ exactly: { deviceClassName: className, allocationMode: 'ExactCount', count: 3 } }],
      },
    },
  });
  const devices = (object: object) => usageOf('resource.k8s.io', 'resourceclaims', object, here);
  const implicit = 'requests.deviceclass.resource.kubernetes.io/';
  assert.deepEqual(devices(claim('gpu')), {
    'count/resourceclaims.resource.k8s.io': '1',
    'gpu.deviceclass.resource.k8s.io/devices': '3',
    [`${implicit}gpu`]: '3',
    'requests.example.com/gpu': '3',
  });
  assert.equal(devices(claim('fpga'))[`${implicit}fpga`], '3');
  const forPod = {
    annotations: { 'resource.kubernetes.io/extended-resource-claim': 'true' },
    ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u', controller: true }],
  };
  assert.equal(devices(claim('gpu', forPod))['requests.example.com/gpu'], '1');
  const { uses } = evaluatorFor({ group: 'resource.k8s.io', resource: 'resourceclaims' })!;
  for (const name of ['requests.example.com/gpu', `${implicit}gpu`, `${implicit}fpga`]) {
    assert.equal(uses(name, here), true, name);
  }
  for (const name of ['requests.example.com/other', `${implicit}none`, 'requests.cpu']) {
    assert.equal(uses(name, here), false, name);
  }
});

test('every other resource counts, but for what is not stored and events', () => {
  assert.deepEqual(usageOf('batch', 'jobs', {}), { 'count/jobs.batch': '1' });
  assert.deepEqual(usageOf('', 'secrets', {}), { 'count/secrets': '1', secrets: '1' });
  assert.equal(evaluatorFor({ group: '', resource: 'events' }), undefined);
  assert.equal(evaluatorFor({ group: 'events.k8s.io', resource: 'events' }), undefined);
  assert.equal(evaluatorFor({ group: 'authorization.k8s.io', resource: 'subjectaccessreviews' }), undefined);
});
