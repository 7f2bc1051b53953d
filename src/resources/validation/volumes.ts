import type { IVolume } from 'kubernetes-models/v1';
import {
  duplicate,
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  required,
} from '../../apimachinery/field-error.ts';
import { byteLength, isDNS1123Subdomain } from '../../apimachinery/names.ts';
import { validateDNS1123Label } from './name-fields.ts';
import type { IObjectMeta } from './object-meta.ts';
import { validateProjected } from './projected-volume.ts';
import * as retired from './retired-volume-sources.ts';
import * as sources from './volume-sources.ts';

/** Volumes of a pod by name, for those that refer to them. Broken ones are left out. */
export type VolumesByName = ReadonlyMap<string, IVolume>;

type SourceName = Exclude<keyof IVolume, 'name'>;
type SourceRule = (volume: IVolume, path: FieldPath) => FieldError[];

const maxIscsiPortalBytes = 64;

/** A rule for one source. It is only called when the source is there. */
const rule =
  <K extends SourceName>(
    name: K,
    validate: (source: NonNullable<IVolume[K]>, path: FieldPath) => FieldError[],
  ): SourceRule =>
  (volume, path) =>
    validate(volume[name]!, path);

const requiring =
  <K extends SourceName>(name: K, ...fields: string[]): SourceRule =>
  (volume, path) =>
    sources.requireFields(volume[name] as object, fields, path);

/** The sources in the order in which upstream looks at them; the first one is the volume, further ones are findings. */
const sourceRules: readonly (readonly [SourceName, SourceRule])[] = [
  ['emptyDir', rule('emptyDir', sources.validateEmptyDir)],
  ['hostPath', rule('hostPath', sources.validateHostPath)],
  ['gitRepo', rule('gitRepo', retired.validateGitRepo)],
  [
    'gcePersistentDisk',
    rule('gcePersistentDisk', (disk, path) => retired.validateDisk(disk, 'pdName', path)),
  ],
  [
    'awsElasticBlockStore',
    rule('awsElasticBlockStore', (disk, path) => retired.validateDisk(disk, 'volumeID', path)),
  ],
  ['secret', rule('secret', sources.validateSecretSource)],
  ['nfs', rule('nfs', sources.validateNFS)],
  ['iscsi', rule('iscsi', retired.validateISCSI)],
  ['glusterfs', requiring('glusterfs', 'endpoints', 'path')],
  ['flocker', rule('flocker', retired.validateFlocker)],
  ['persistentVolumeClaim', rule('persistentVolumeClaim', sources.validateClaimSource)],
  [
    'rbd',
    rule('rbd', (source, path) => [
      ...validateMonitors(source.monitors, path),
      ...sources.requireFields(source, ['image'], path),
    ]),
  ],
  ['cinder', rule('cinder', retired.validateCinder)],
  ['cephfs', rule('cephfs', ({ monitors }, path) => validateMonitors(monitors, path))],
  ['quobyte', rule('quobyte', retired.validateQuobyte)],
  ['downwardAPI', rule('downwardAPI', sources.validateDownwardAPI)],
  ['fc', rule('fc', retired.validateFC)],
  ['flexVolume', rule('flexVolume', retired.validateFlexVolume)],
  ['configMap', rule('configMap', sources.validateConfigMapSource)],
  ['azureFile', requiring('azureFile', 'secretName', 'shareName')],
  ['vsphereVolume', requiring('vsphereVolume', 'volumePath')],
  ['photonPersistentDisk', requiring('photonPersistentDisk', 'pdID')],
  ['portworxVolume', requiring('portworxVolume', 'volumeID')],
  ['azureDisk', rule('azureDisk', retired.validateAzureDisk)],
  ['storageos', rule('storageos', retired.validateStorageOS)],
  ['projected', rule('projected', validateProjected)],
  ['scaleIO', requiring('scaleIO', 'gateway', 'system', 'volumeName')],
  ['csi', rule('csi', sources.validateCSI)],
  ['ephemeral', rule('ephemeral', sources.validateEphemeral)],
  ['image', () => []],
];

const validateMonitors = (monitors: readonly string[] | undefined, path: FieldPath): FieldError[] =>
  (monitors ?? []).length === 0 ? [required(path.child('monitors'))] : [];

/**
 * `spec.volumes`. `meta` is that of the pod, undefined for a template; claims made for the pod carry its name.
 * Fills `byName` with the volumes that have no findings.
 */
export function validateVolumes(
  volumes: readonly IVolume[] | undefined,
  meta: IObjectMeta | undefined,
  byName: Map<string, IVolume>,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  const podName = meta?.name ?? '';
  const madeClaims = new Set(
    (volumes ?? []).filter(({ ephemeral }) => ephemeral && podName).map(({ name }) => `${podName}-${name}`),
  );
  for (const [i, volume] of (volumes ?? []).entries()) {
    const volumePath = path.index(i);
    const found = [
      ...validateVolumeSource(volume, meta, volumePath),
      ...validateVolumeName(volume.name ?? '', byName, volumePath.child('name')),
    ];
    if (found.length === 0) byName.set(volume.name, volume);
    errors.push(...found);
    const claim = volume.persistentVolumeClaim?.claimName;
    if (claim !== undefined && madeClaims.has(claim)) {
      const detail = 'must not reference a PVC that gets created for an ephemeral volume';
      errors.push(invalid(volumePath.child('persistentVolumeClaim', 'claimName'), claim, detail));
    }
  }
  return errors;
}

function validateVolumeName(name: string, taken: VolumesByName, path: FieldPath): FieldError[] {
  const errors = name === '' ? [required(path)] : validateDNS1123Label(name, path);
  return taken.has(name) ? [...errors, duplicate(path, name)] : errors;
}

const placeOfSource = new Map<string, number>(sourceRules.map(([name], place) => [name, place]));

/** The sources that a volume has, of which there should be one, in upstream's order. */
function sourcesOf(volume: IVolume): (readonly [SourceName, SourceRule])[] {
  const places: number[] = [];
  for (const field of Object.keys(volume)) {
    const place = placeOfSource.get(field);
    if (place !== undefined && volume[field as SourceName]) places.push(place);
  }
  return places.sort((a, b) => a - b).map((place) => sourceRules[place]!);
}

function validateVolumeSource(volume: IVolume, meta: IObjectMeta | undefined, path: FieldPath): FieldError[] {
  const [first, ...more] = sourcesOf(volume);
  if (!first) return [required(path, 'must specify a volume type')];
  const [name, validate] = first;
  return [
    ...(name === 'image'
      ? sources.validateImageSource(volume.image!, meta !== undefined, path.child('image'))
      : validate(volume, path.child(name === 'gcePersistentDisk' ? 'persistentDisk' : name))),
    ...more.map(([other]) => forbidden(path.child(other), 'may not specify more than 1 volume type')),
    ...validateIscsiPortal(volume, path),
    ...(name === 'ephemeral' ? validateClaimName(volume.name ?? '', meta?.name ?? '', path) : []),
  ];
}

/** The initiator is named after volume and portal. */
function validateIscsiPortal({ name, iscsi }: IVolume, path: FieldPath): FieldError[] {
  if (iscsi?.initiatorName === undefined) return [];
  if (byteLength(`${name}:${iscsi.targetPortal}`) <= maxIscsiPortalBytes) return [];
  const detail =
    'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';
  return [invalid(path.child('name'), name, detail)];
}

function validateClaimName(volumeName: string, podName: string, path: FieldPath): FieldError[] {
  if (podName === '' || volumeName === '') return [];
  const claim = `${podName}-${volumeName}`;
  return isDNS1123Subdomain(claim).map((message) =>
    invalid(path.child('name'), volumeName, `PVC name ${JSON.stringify(claim)}: ${message}`),
  );
}
