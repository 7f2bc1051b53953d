import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admissionOver, apply, inNamespace, refused } from './helper.ts';

const classOf = (
  apiVersion: string,
  kind: string,
  name: string,
  annotations: object,
  created: string,
  rest = {},
) => ({
  ...apply(apiVersion, kind, name, rest),
  metadata: { name, annotations: { ...annotations }, creationTimestamp: created },
});

const storageClass = (name: string, annotation?: string, created = '2026-01-01T00:00:00Z', rest = {}) =>
  classOf(
    'storage.k8s.io/v1',
    'StorageClass',
    name,
    annotation ? { [annotation]: 'true' } : {},
    created,
    rest,
  );

const claim = (spec: object, annotations?: object, status?: object) => {
  const object = inNamespace('a', apply('v1', 'PersistentVolumeClaim', 'data', { spec, status }));
  return {
    ...object,
    metadata: { ...object.metadata, ...(annotations ? { annotations: { ...annotations } } : {}) },
  };
};

const defaultMark = 'storageclass.kubernetes.io/is-default-class';

test('claims without a class get the default one, of several the newest', async () => {
  const admit = await admissionOver([
    storageClass('plain'),
    storageClass('old', defaultMark),
    storageClass('newer', 'storageclass.beta.kubernetes.io/is-default-class', '2026-01-02T00:00:00Z'),
    storageClass('newest', defaultMark, '2026-01-02T00:00:00Z'),
  ]);
  const classAfter = async (spec: object, annotations?: object) =>
    ((await admit(claim(spec, annotations)))['spec'] as { storageClassName?: string }).storageClassName;
  assert.equal(await classAfter({}), 'newer');
  assert.equal(await classAfter({ storageClassName: '' }), '');
  assert.equal(await classAfter({ storageClassName: 'plain' }), 'plain');
  assert.equal(await classAfter({}, { 'volume.beta.kubernetes.io/storage-class': 'plain' }), undefined);
});

test('ingresses without a class get the default one', async () => {
  const mark = { 'ingressclass.kubernetes.io/is-default-class': 'true' };
  const admit = await admissionOver([
    classOf('networking.k8s.io/v1', 'IngressClass', 'nginx', mark, '2026-01-01T00:00:00Z'),
  ]);
  const ingress = (spec: object, annotations: object = {}) => {
    const object = inNamespace('a', apply('networking.k8s.io/v1', 'Ingress', 'web', { spec }));
    return { ...object, metadata: { ...object.metadata, annotations: { ...annotations } } };
  };
  const classAfter = async (spec: object, annotations?: object) =>
    ((await admit(ingress(spec, annotations)))['spec'] as { ingressClassName?: string }).ingressClassName;
  assert.equal(await classAfter({}), 'nginx');
  assert.equal(await classAfter({ ingressClassName: 'other' }), 'other');
  assert.equal(await classAfter({}, { 'kubernetes.io/ingress.class': 'other' }), undefined);
});

test('claims grow when they are bound and their class allows it', async () => {
  const created = '2026-01-01T00:00:00Z';
  const admit = await admissionOver([
    storageClass('fixed', undefined, created),
    storageClass('elastic', undefined, created, { allowVolumeExpansion: true }),
  ]);
  const sized = (storage: string, storageClassName: string, phase = 'Bound') =>
    claim({ storageClassName, resources: { requests: { storage } } }, undefined, { phase });
  const grow = (className: string, phase?: string) =>
    admit(sized('2Gi', className), { oldObject: sized('1Gi', className, phase) });
  await grow('elastic');
  await admit(sized('1Gi', 'fixed'), { oldObject: sized('1024Mi', 'fixed', 'Pending') });
  await refused(
    403,
    'persistentvolumeclaims "data" is forbidden: Only bound persistent volume claims can be expanded',
    grow('elastic', 'Pending'),
  );
  for (const className of ['fixed', 'gone', '']) {
    await refused(
      403,
      'persistentvolumeclaims "data" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
      grow(className),
    );
  }
});

test('storage is protected while it is in use, when that is asked for', async () => {
  const volume = apply('v1', 'PersistentVolume', 'pv');
  const plain = await admissionOver([]);
  assert.equal((await plain(volume)).metadata.finalizers, undefined);
  const admit = await admissionOver([], ['StorageObjectInUseProtection']);
  assert.deepEqual((await admit(volume)).metadata.finalizers, ['kubernetes.io/pv-protection']);
  assert.deepEqual((await admit(claim({}))).metadata.finalizers, ['kubernetes.io/pvc-protection']);
  const attributes = apply('storage.k8s.io/v1', 'VolumeAttributesClass', 'fast');
  const given = { ...attributes, metadata: { name: 'fast', finalizers: ['a/b'] } };
  assert.deepEqual((await admit(given)).metadata.finalizers, ['a/b', 'kubernetes.io/vac-protection']);
});
