import type { IPersistentVolume, IPersistentVolumeSpec } from 'kubernetes-models/v1';
import {
  type FieldError,
  FieldPath,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../../apimachinery/field-error.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import { jsonEqual, type KubeObject } from '../../../apimachinery/object.ts';
import { quantityValue } from '../../../apimachinery/quantity.ts';

import { supportedVolumeModes, validateAccessModes } from '../../validation/claim-spec.ts';
import { validateDNS1123Subdomain, validateOneOf } from '../../validation/name-fields.ts';
import { validateNodeSelector } from '../../validation/node-selector.ts';
import { validatePositiveQuantity } from '../../validation/quantity.ts';
import { quantitiesOf } from '../../validation/resource-list.ts';
import { specDiff } from '../../validation/spec-diff.ts';
import { sourceFields, validateSource } from './sources.ts';

const specPath = FieldPath.of('spec');
const reclaimPolicies = ['Delete', 'Recycle', 'Retain'];
const mountOptionsAnnotation = 'volume.beta.kubernetes.io/mount-options';

/** Kinds of volumes that take mount options through the old annotation. */
const mountableFields = [
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'nfs',
  'rbd',
  'quobyte',
  'iscsi',
  'cinder',
  'cephfs',
  'azureFile',
  'vsphereVolume',
  'azureDisk',
  'photonPersistentDisk',
] as const;

const readSpec = (object: KubeObject): IPersistentVolumeSpec =>
  (object as unknown as IPersistentVolume).spec ?? {};

export function validateVolume(object: KubeObject): FieldError[] {
  const spec = readSpec(object);
  const modesPath = specPath.child('accessModes');
  return [
    ...((spec.accessModes ?? []).length === 0 ? [required(modesPath)] : []),
    ...validateAccessModes(spec.accessModes ?? [], modesPath),
    ...validateCapacity(spec),
    ...validateReclaimPolicy(spec),
    ...validateNodeAffinity(spec),
    ...validateSource(spec, object.metadata.name ?? '', specPath),
    ...validateRecycling(spec),
    ...validateClasses(spec),
    ...validateMountOptions(object),
  ];
}

/** Storage is the only thing a volume has an amount of. */
function validateCapacity({ capacity }: IPersistentVolumeSpec): FieldError[] {
  const path = specPath.child('capacity');
  const amounts = quantitiesOf(capacity);
  const errors: FieldError[] = [];
  if (amounts.size === 0) errors.push(required(path));
  if (!amounts.has('storage') || amounts.size > 1) {
    errors.push(notSupported(path, capacity ?? null, ['storage']));
  }
  for (const [name, quantity] of amounts) {
    const value = quantityValue(quantity);
    if (value < 0n) errors.push(invalid(path.key(name), value, 'must be a valid resource quantity'));
    errors.push(...validatePositiveQuantity(quantity, path.key(name)));
  }
  return errors;
}

const validateReclaimPolicy = ({
  persistentVolumeReclaimPolicy: policy,
}: IPersistentVolumeSpec): FieldError[] =>
  policy ? validateOneOf(policy, reclaimPolicies, specPath.child('persistentVolumeReclaimPolicy')) : [];

function validateNodeAffinity({ nodeAffinity }: IPersistentVolumeSpec): FieldError[] {
  if (!nodeAffinity) return [];
  const path = specPath.child('nodeAffinity', 'required');
  return nodeAffinity.required
    ? validateNodeSelector(nodeAffinity.required, path)
    : [required(path, 'must specify required node constraints')];
}

/** Recycling empties the volume, which must not be the whole disk of a node. */
function validateRecycling({ hostPath, persistentVolumeReclaimPolicy }: IPersistentVolumeSpec): FieldError[] {
  if (persistentVolumeReclaimPolicy !== 'Recycle' || !hostPath) return [];
  const isRoot =
    hostPath.path?.startsWith('/') && hostPath.path.split('/').every((part) => /^\.?$/.test(part));
  const path = specPath.child('persistentVolumeReclaimPolicy');
  return isRoot ? [forbidden(path, "may not be 'recycle' for a hostPath mount of '/'")] : [];
}

function validateClasses(spec: IPersistentVolumeSpec): FieldError[] {
  const { storageClassName, volumeMode, volumeAttributesClassName: attributes, csi } = spec;
  const attributesPath = specPath.child('volumeAttributesClassName');
  const errors = storageClassName
    ? validateDNS1123Subdomain(storageClassName, specPath.child('storageClassName'))
    : [];
  if (volumeMode !== undefined) {
    errors.push(...validateOneOf(volumeMode, supportedVolumeModes, specPath.child('volumeMode')));
  }
  if (attributes === undefined) return errors;
  if (attributes === '') errors.push(required(attributesPath, 'an empty string is disallowed'));
  else errors.push(...validateDNS1123Subdomain(attributes, attributesPath));
  if (!csi) {
    const detail = 'has to be specified when using volumeAttributesClassName';
    errors.push(required(specPath.child('csi'), detail));
  }
  return errors;
}

function validateMountOptions(object: KubeObject): FieldError[] {
  const spec = readSpec(object);
  const annotated = Object.hasOwn(object.metadata.annotations ?? {}, mountOptionsAnnotation);
  if (!annotated || mountableFields.some((field) => spec[field] !== undefined)) return [];
  const path = FieldPath.of('metadata', 'annotations', mountOptionsAnnotation);
  return [forbidden(path, 'may not specify mount options for this volume type')];
}

/** Where a volume is stays; only a secret for growing it may be added. */
export function validateVolumeUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const spec = readSpec(object);
  const oldSpec = readSpec(old);
  return [
    ...validateVolume(object),
    ...validateSourceKept(spec, oldSpec),
    ...validateImmutableField(spec.volumeMode, oldSpec.volumeMode, FieldPath.of('volumeMode')),
    ...(oldSpec.nodeAffinity ? validateNodeAffinityKept(spec, oldSpec) : []),
    ...(oldSpec.volumeAttributesClassName !== undefined && spec.volumeAttributesClassName === undefined
      ? [
          forbidden(
            specPath.child('volumeAttributesClassName'),
            'update from non-nil value to nil is forbidden',
          ),
        ]
      : []),
  ];
}

/** The part of a spec that says where the volume is. */
const sourceOf = (spec: IPersistentVolumeSpec): Partial<IPersistentVolumeSpec> =>
  Object.fromEntries(
    sourceFields.filter((field) => spec[field] !== undefined).map((field) => [field, spec[field]]),
  );

function validateSourceKept(spec: IPersistentVolumeSpec, oldSpec: IPersistentVolumeSpec): FieldError[] {
  const source = sourceOf(spec);
  const oldSource = sourceOf(oldSpec);
  if (source.csi && oldSource.csi && !oldSource.csi.controllerExpandSecretRef) {
    const { controllerExpandSecretRef: _, ...csi } = source.csi;
    source.csi = csi;
  }
  if (jsonEqual(source, oldSource)) return [];
  const text = `spec.persistentvolumesource is immutable after creation\n${specDiff(oldSource, source)}`;
  return [forbidden(FieldPath.of('spec', 'persistentvolumesource'), text)];
}

/** Old labels of nodes, and the new ones by which they may be replaced. */
const renamedLabels: ReadonlyMap<string, string> = new Map([
  ['beta.kubernetes.io/arch', 'kubernetes.io/arch'],
  ['beta.kubernetes.io/os', 'kubernetes.io/os'],
  ['failure-domain.beta.kubernetes.io/region', 'topology.kubernetes.io/region'],
  ['failure-domain.beta.kubernetes.io/zone', 'topology.kubernetes.io/zone'],
  ['beta.kubernetes.io/instance-type', 'node.kubernetes.io/instance-type'],
]);

/** The affinity with old labels by their new names. */
function withNewLabels({ nodeAffinity }: IPersistentVolumeSpec): unknown {
  const terms = nodeAffinity?.required?.nodeSelectorTerms ?? [];
  return terms.map(({ matchExpressions = [], matchFields = [] }) => ({
    matchFields,
    matchExpressions: matchExpressions.map((expression) => ({
      ...expression,
      key: renamedLabels.get(expression.key) ?? expression.key,
    })),
  }));
}

const validateNodeAffinityKept = (
  spec: IPersistentVolumeSpec,
  oldSpec: IPersistentVolumeSpec,
): FieldError[] =>
  jsonEqual(withNewLabels(spec), withNewLabels(oldSpec))
    ? []
    : validateImmutableField(spec.nodeAffinity, oldSpec.nodeAffinity, FieldPath.of('nodeAffinity'));

export const validateVolumeStatus = ({ metadata }: KubeObject): FieldError[] =>
  metadata.resourceVersion ? [] : [required(FieldPath.of('resourceVersion'))];
