import type {
  ICSIPersistentVolumeSource,
  IGlusterfsPersistentVolumeSource,
  IISCSIPersistentVolumeSource,
  IPersistentVolumeSpec,
  ISecretReference,
} from 'kubernetes-models/v1';
import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  required,
} from '../../apimachinery/field-error.ts';
import { byteLength } from '../../apimachinery/names.ts';
import { validateDNS1123Label, validateDNS1123Subdomain } from './name-fields.ts';
import { validatePathNoBacksteps } from './paths.ts';
import {
  validateAzureDisk,
  validateCinder,
  validateDisk,
  validateFC,
  validateFlexVolume,
  validateFlocker,
  validateISCSI,
  validateQuobyte,
  validateStorageOS,
} from './retired-volume-sources.ts';
import { requireFields, validateCSIDriverName, validateHostPath, validateNFS } from './volume-sources.ts';

type Spec = IPersistentVolumeSpec;

/** One kind of volume: its field, the name that findings give it, and its rules. */
interface Source {
  readonly field: keyof Spec;
  readonly shown?: string;
  /** `path` is that of the field, `specPath` that of the spec. */
  readonly validate: (spec: Spec, path: FieldPath, volumeName: string, specPath: FieldPath) => FieldError[];
}

const requireIn =
  (field: keyof Spec, names: readonly string[]) =>
  (spec: Spec, path: FieldPath): FieldError[] =>
    requireFields(spec[field] as object, names, path);

/** In the order in which the reference server looks at them. */
const sources: readonly Source[] = [
  { field: 'hostPath', validate: ({ hostPath }, path) => validateHostPath(hostPath!, path) },
  {
    field: 'gcePersistentDisk',
    shown: 'persistentDisk',
    validate: ({ gcePersistentDisk }, path) => validateDisk(gcePersistentDisk!, 'pdName', path),
  },
  {
    field: 'awsElasticBlockStore',
    validate: ({ awsElasticBlockStore }, path) => validateDisk(awsElasticBlockStore!, 'volumeID', path),
  },
  { field: 'glusterfs', validate: ({ glusterfs }, path) => validateGlusterfs(glusterfs!, path) },
  { field: 'flocker', validate: ({ flocker }, path) => validateFlocker(flocker!, path) },
  { field: 'nfs', validate: ({ nfs }, path) => validateNFS(nfs!, path) },
  {
    field: 'rbd',
    validate: ({ rbd }, path) => [
      ...((rbd!.monitors ?? []).length === 0 ? [required(path.child('monitors'))] : []),
      ...requireFields(rbd!, ['image'], path),
    ],
  },
  { field: 'quobyte', validate: ({ quobyte }, path) => validateQuobyte(quobyte!, path) },
  {
    field: 'cephfs',
    validate: ({ cephfs }, path) =>
      (cephfs!.monitors ?? []).length === 0 ? [required(path.child('monitors'))] : [],
  },
  { field: 'iscsi', validate: ({ iscsi }, path, name) => validateNamedISCSI(iscsi!, name, path) },
  {
    field: 'cinder',
    validate: ({ cinder }, path) => [
      ...validateCinder(cinder!, path),
      ...(cinder!.secretRef ? requireFields(cinder!.secretRef, ['namespace'], path.child('secretRef')) : []),
    ],
  },
  { field: 'fc', validate: ({ fc }, path) => validateFC(fc!, path) },
  { field: 'flexVolume', validate: ({ flexVolume }, path) => validateFlexVolume(flexVolume!, path) },
  {
    field: 'azureFile',
    validate: ({ azureFile }, path) => [
      ...requireFields(azureFile!, ['secretName', 'shareName'], path),
      ...(azureFile!.secretNamespace === '' ? [required(path.child('secretNamespace'))] : []),
    ],
  },
  { field: 'vsphereVolume', validate: requireIn('vsphereVolume', ['volumePath']) },
  { field: 'photonPersistentDisk', validate: requireIn('photonPersistentDisk', ['pdID']) },
  { field: 'portworxVolume', validate: requireIn('portworxVolume', ['volumeID']) },
  { field: 'azureDisk', validate: ({ azureDisk }, path) => validateAzureDisk(azureDisk!, path) },
  { field: 'scaleIO', validate: requireIn('scaleIO', ['gateway', 'system', 'volumeName']) },
  { field: 'local', validate: validateLocal },
  {
    field: 'storageos',
    validate: ({ storageos }, path) => [
      ...validateStorageOS(storageos!, path),
      ...(storageos!.secretRef
        ? requireFields(storageos!.secretRef, ['namespace'], path.child('secretRef'))
        : []),
    ],
  },
  { field: 'csi', validate: ({ csi }, path) => validateCSI(csi!, path) },
];

/** The fields of a volume's spec that say where it is. */
export const sourceFields: readonly (keyof Spec)[] = sources.map(({ field }) => field);

/** A volume is of exactly one kind, and what that kind needs is there. */
export function validateSource(spec: Spec, volumeName: string, specPath: FieldPath): FieldError[] {
  const given = sources.filter(({ field }) => spec[field] !== undefined);
  const [first, ...others] = given;
  if (!first) return [required(specPath, 'must specify a volume type')];
  return [
    ...first.validate(spec, specPath.child(first.shown ?? first.field), volumeName, specPath),
    ...others.flatMap(({ field, validate }) => {
      // Upstream looks at this one as if it stood alone.
      if (field === 'flexVolume') return validate(spec, specPath.child(field), volumeName, specPath);
      const shown = field === 'cephfs' ? 'cephFS' : field;
      return [forbidden(specPath.child(shown), 'may not specify more than 1 volume type')];
    }),
  ];
}

function validateGlusterfs(source: IGlusterfsPersistentVolumeSource, path: FieldPath): FieldError[] {
  const errors = requireFields(source, ['endpoints', 'path'], path);
  const namespace = source.endpointsNamespace;
  const namespacePath = path.child('endpointsNamespace');
  if (namespace === undefined) return errors;
  if (namespace !== '') return [...errors, ...validateDNS1123Label(namespace, namespacePath)];
  const detail = 'if the endpointnamespace is set, it must be a valid namespace name';
  return [...errors, invalid(namespacePath, namespace, detail)];
}

/** Name and portal together make the name under which some hosts know the session. */
const maxSessionNameBytes = 64;

function validateNamedISCSI(
  source: IISCSIPersistentVolumeSource,
  volumeName: string,
  path: FieldPath,
): FieldError[] {
  const { initiatorName, targetPortal = '', secretRef } = source;
  const errors = validateISCSI(source, path, 'must be valid format');
  if (initiatorName !== undefined && byteLength(`${volumeName}:${targetPortal}`) > maxSessionNameBytes) {
    const detail =
      'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';
    errors.push(invalid(path.child('targetportal'), targetPortal, detail));
  }
  return secretRef ? [...errors, ...requireFields(secretRef, ['name'], path.child('secretRef'))] : errors;
}

/** A disk of one node needs to say of which. */
function validateLocal(
  { local, nodeAffinity }: Spec,
  path: FieldPath,
  _volumeName: string,
  specPath: FieldPath,
): FieldError[] {
  const localPath = local?.path ?? '';
  const pathPath = path.child('path');
  return [
    ...(localPath === '' ? [required(pathPath)] : validatePathNoBacksteps(localPath, pathPath)),
    ...(nodeAffinity
      ? []
      : [required(specPath.child('nodeAffinity'), 'Local volume requires node affinity')]),
  ];
}

const secretFields = [
  'controllerPublishSecretRef',
  'controllerExpandSecretRef',
  'nodePublishSecretRef',
  'nodeExpandSecretRef',
] as const;

function validateCSI(source: ICSIPersistentVolumeSource, path: FieldPath): FieldError[] {
  return [
    ...validateCSIDriverName(source.driver ?? '', path.child('driver')),
    ...requireFields(source, ['volumeHandle'], path),
    ...secretFields.flatMap((field) => {
      const reference = source[field];
      return reference ? validateSecretReference(reference, path.child(field)) : [];
    }),
  ];
}

function validateSecretReference({ name, namespace }: ISecretReference, path: FieldPath): FieldError[] {
  return [
    ...(name ? validateDNS1123Subdomain(name, path.child('name')) : [required(path.child('name'))]),
    ...(namespace
      ? validateDNS1123Label(namespace, path.child('namespace'))
      : [required(path.child('namespace'))]),
  ];
}
