import type {
  IAzureDiskVolumeSource,
  ICinderVolumeSource,
  IFCVolumeSource,
  IFlexVolumeSource,
  IFlockerVolumeSource,
  IGitRepoVolumeSource,
  IISCSIVolumeSource,
  IQuobyteVolumeSource,
  IStorageOSVolumeSource,
} from 'kubernetes-models/v1';
import {
  type FieldError,
  type FieldPath,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import { byteLength, isInRange } from '../../apimachinery/names.ts';
import { validateDNS1123Label, validateOneOf } from './name-fields.ts';
import { validateLocalDescendingPath } from './paths.ts';
import { invalidFor } from './values.ts';
import { requireFields } from './volume-sources.ts';

/*
 * Sources whose drivers have left the tree; they are still part of the API. PersistentVolumes share most of these rules.
 */

const maxLun = 255;
const maxPartition = 255;
const maxTenantBytes = 64;

/** 0 stands for the whole disk, which the message forgets. */
const validatePartition = (value = 0, path: FieldPath): FieldError[] =>
  value === 0 ? [] : invalidFor(isInRange(value, 1, maxPartition), value, path);

/** `gcePersistentDisk` and `awsElasticBlockStore`; `idField` names the disk. */
export const validateDisk = (
  source: { readonly partition?: number },
  idField: string,
  path: FieldPath,
): FieldError[] => [
  ...requireFields(source, [idField], path),
  ...validatePartition(source.partition, path.child('partition')),
];

export const validateGitRepo = (source: IGitRepoVolumeSource, path: FieldPath): FieldError[] => [
  ...requireFields(source, ['repository'], path),
  ...validateLocalDescendingPath(source.directory ?? '', path.child('directory')),
];

const iscsiNames: readonly { readonly prefix: string; readonly pattern: RegExp }[] = [
  { prefix: 'iqn', pattern: /iqn\.\d{4}-\d{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\s]+)$/ },
  { prefix: 'eui', pattern: /^eui.[A-Za-z0-9]{16}$/ },
  { prefix: 'naa', pattern: /^naa.[A-Za-z0-9]{32}$/ },
];

function validateIscsiName(name: string, path: FieldPath, unknownDetail: string): FieldError[] {
  const kind = iscsiNames.find(({ prefix }) => name.startsWith(prefix));
  if (!kind) return [invalid(path, name, unknownDetail)];
  return kind.pattern.test(name) ? [] : [invalid(path, name, 'must be valid format')];
}

/** `unknownDetail` is what a name of no known kind is told. */
export function validateISCSI(
  source: IISCSIVolumeSource,
  path: FieldPath,
  unknownDetail = 'must be valid format starting with iqn, eui, or naa',
): FieldError[] {
  const { iqn = '', lun = 0, initiatorName } = source;
  return [
    ...requireFields(source, ['targetPortal'], path),
    ...(iqn === ''
      ? [required(path.child('iqn'))]
      : validateIscsiName(iqn, path.child('iqn'), unknownDetail)),
    ...invalidFor(isInRange(lun, 0, maxLun), lun, path.child('lun')),
    ...((source.chapAuthDiscovery || source.chapAuthSession) && !source.secretRef
      ? [required(path.child('secretRef'))]
      : []),
    ...(initiatorName === undefined
      ? []
      : validateIscsiName(initiatorName, path.child('initiatorname'), unknownDetail)),
  ];
}

export function validateFC(
  { targetWWNs = [], wwids = [], lun }: IFCVolumeSource,
  path: FieldPath,
): FieldError[] {
  const namesPath = path.child('targetWWNs');
  const errors: FieldError[] = [];
  if (targetWWNs.length === 0 && wwids.length === 0) {
    errors.push(required(namesPath, 'must specify either targetWWNs or wwids, but not both'));
  }
  if (targetWWNs.length === 0) return errors;
  if (wwids.length > 0) {
    errors.push(invalid(namesPath, targetWWNs, 'targetWWNs and wwids can not be specified simultaneously'));
  }
  const lunPath = path.child('lun');
  if (lun === undefined) return [...errors, required(lunPath, 'lun is required if targetWWNs is specified')];
  return [...errors, ...invalidFor(isInRange(lun, 0, maxLun), lun, lunPath)];
}

export function validateFlocker(
  { datasetName = '', datasetUUID = '' }: IFlockerVolumeSource,
  path: FieldPath,
) {
  const errors: FieldError[] = [];
  if (datasetName === '' && datasetUUID === '') {
    errors.push(required(path, 'one of datasetName and datasetUUID is required'));
  }
  if (datasetName !== '' && datasetUUID !== '') {
    errors.push(invalid(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'));
  }
  if (datasetName.includes('/')) {
    errors.push(invalid(path.child('datasetName'), datasetName, "must not contain '/'"));
  }
  return errors;
}

/** Findings on one registry. */
const maxBrokenPairs = 10;

export function validateQuobyte(source: IQuobyteVolumeSource, path: FieldPath): FieldError[] {
  const { registry = '', tenant = '' } = source;
  const registryPath = path.child('registry');
  const detail = 'must be a host:port pair or multiple pairs separated by commas';
  const errors: FieldError[] = [];
  if (registry === '') errors.push(required(registryPath, detail));
  else if (byteLength(tenant) > maxTenantBytes) {
    const tenantDetail = `must be a UUID and may not exceed a length of ${maxTenantBytes} characters`;
    errors.push(required(path.child('tenant'), tenantDetail));
  } else {
    const broken = registry.split(',').filter((pair) => !/^(\[[^\]]*\]|[^:[\]]*):[^:]*$/.test(pair));
    // Each finding quotes all pairs.
    for (const _ of broken.slice(0, maxBrokenPairs)) errors.push(invalid(registryPath, registry, detail));
  }
  return [...errors, ...requireFields(source, ['volume'], path)];
}

export const validateCinder = (source: ICinderVolumeSource, path: FieldPath): FieldError[] => [
  ...requireFields(source, ['volumeID'], path),
  ...(source.secretRef ? requireFields(source.secretRef, ['name'], path.child('secretRef')) : []),
];

/** Options may not pose as the project's own. */
export const validateFlexVolume = (source: IFlexVolumeSource, path: FieldPath): FieldError[] => [
  ...requireFields(source, ['driver'], path),
  ...Object.keys(source.options ?? {})
    .filter((key) => /\.(kubernetes|k8s)\.io$/.test(`.${key.split('/')[0]!.toLowerCase()}`))
    .map((key) =>
      invalid(path.child('options').key(key), key, 'kubernetes.io and k8s.io namespaces are reserved'),
    ),
];

const managedDiskURI =
  '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
const blobDiskURI = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';

export function validateAzureDisk(source: IAzureDiskVolumeSource, path: FieldPath): FieldError[] {
  const { cachingMode, kind, diskURI = '' } = source;
  const errors = requireFields(source, ['diskName', 'diskURI'], path);
  if (cachingMode !== undefined) {
    errors.push(...validateOneOf(cachingMode, ['None', 'ReadOnly', 'ReadWrite'], path.child('cachingMode')));
  }
  if (kind === undefined) return errors;
  errors.push(...validateOneOf(kind, ['Dedicated', 'Managed', 'Shared'], path.child('kind')));
  const [start, form] = kind === 'Managed' ? ['/subscriptions/', managedDiskURI] : ['https://', blobDiskURI];
  if (!diskURI.startsWith(start)) errors.push(notSupported(path.child('diskURI'), diskURI, [form]));
  return errors;
}

export function validateStorageOS(source: IStorageOSVolumeSource, path: FieldPath): FieldError[] {
  const { volumeName = '', volumeNamespace = '', secretRef } = source;
  const namePath = path.child('volumeName');
  return [
    ...(volumeName === '' ? [required(namePath)] : validateDNS1123Label(volumeName, namePath)),
    ...(volumeNamespace === '' ? [] : validateDNS1123Label(volumeNamespace, path.child('volumeNamespace'))),
    ...(secretRef ? requireFields(secretRef, ['name'], path.child('secretRef')) : []),
  ];
}
