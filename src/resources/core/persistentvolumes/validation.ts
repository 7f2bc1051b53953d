import type { IPersistentVolume, IPersistentVolumeSpec } from 'kubernetes-models/v1';
import { type FieldError, FieldPath, forbidden, required } from '../../../apimachinery/field-error.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import { jsonEqual, type KubeObject } from '../../../apimachinery/object.ts';
import { sourceFields } from '../../validation/persistent-volume-sources.ts';
import { validatePersistentVolumeSpec } from '../../validation/persistent-volume-spec.ts';
import { specDiff } from '../../validation/spec-diff.ts';

const specPath = FieldPath.of('spec');
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

export const validateVolume = (object: KubeObject): FieldError[] => [
  ...validatePersistentVolumeSpec(readSpec(object), object.metadata.name ?? '', specPath),
  ...validateMountOptions(object),
];

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
