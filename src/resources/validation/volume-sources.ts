import type {
  IConfigMapVolumeSource,
  ICSIVolumeSource,
  IDownwardAPIVolumeFile,
  IDownwardAPIVolumeSource,
  IEmptyDirVolumeSource,
  IEphemeralVolumeSource,
  IHostPathVolumeSource,
  IImageVolumeSource,
  IKeyToPath,
  INFSVolumeSource,
  IPersistentVolumeClaimVolumeSource,
  ISecretVolumeSource,
} from 'kubernetes-models/v1';
import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  notSupported,
  required,
  tooLong,
} from '../../apimachinery/field-error.ts';
import { byteLength, isDNS1123Subdomain } from '../../apimachinery/names.ts';
import type { ObjectMeta } from '../../apimachinery/object.ts';
import { parseQuantity, quantitySign } from '../../apimachinery/quantity.ts';
import { validatePersistentVolumeClaimSpec } from './claim-spec.ts';
import { validateObjectFieldSelector, validateResourceFieldSelector, volumeFields } from './field-refs.ts';
import { validateFileMode, validateLocalNonReservedPath, validatePathNoBacksteps } from './paths.ts';
import { validatePullPolicy } from './pull-policy.ts';
import { validateTemplateMetadata } from './template-metadata.ts';
import { invalidFor } from './values.ts';

/** Sorted, as the message prints them. */
const hostPathTypes = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];
const maxCSIDriverNameBytes = 63;

/** One finding per field that must be there and is not. */
export const requireFields = (source: object, names: readonly string[], path: FieldPath): FieldError[] =>
  names.flatMap((name) => ((source as Record<string, unknown>)[name] ? [] : [required(path.child(name))]));

export const validateEmptyDir = ({ sizeLimit }: IEmptyDirVolumeSource, path: FieldPath): FieldError[] =>
  sizeLimit !== undefined && quantitySign(parseQuantity(String(sizeLimit))) < 0
    ? [forbidden(path.child('sizeLimit'), 'SizeLimit field must be a valid resource quantity')]
    : [];

export function validateHostPath(
  { path: hostPath = '', type }: Partial<IHostPathVolumeSource>,
  path: FieldPath,
) {
  if (hostPath === '') return [required(path.child('path'))];
  const errors = validatePathNoBacksteps(hostPath, path.child('path'));
  if (type === undefined || hostPathTypes.includes(type)) return errors;
  return [...errors, notSupported(path.child('type'), type, hostPathTypes)];
}

export const validateSecretSource = (source: ISecretVolumeSource, path: FieldPath): FieldError[] => [
  ...requireFields(source, ['secretName'], path),
  ...validateFileMode(source.defaultMode, path.child('defaultMode')),
  ...validateItems(source.items, path),
];

export const validateConfigMapSource = (source: IConfigMapVolumeSource, path: FieldPath): FieldError[] => [
  ...requireFields(source, ['name'], path),
  ...validateFileMode(source.defaultMode, path.child('defaultMode')),
  ...validateItems(source.items, path),
];

/** `items` of a ConfigMap or Secret volume. */
export const validateItems = (items: readonly IKeyToPath[] | undefined, path: FieldPath): FieldError[] =>
  (items ?? []).flatMap((item, i) => validateKeyToPath(item, path.child('items').index(i)));

export const validateKeyToPath = (item: IKeyToPath, path: FieldPath): FieldError[] => [
  ...requireFields(item, ['key', 'path'], path),
  ...validateLocalNonReservedPath(item.path ?? '', path.child('path')),
  ...validateFileMode(item.mode, path.child('mode')),
];

export const validateDownwardAPI = (source: IDownwardAPIVolumeSource, path: FieldPath): FieldError[] => [
  ...validateFileMode(source.defaultMode, path.child('defaultMode')),
  ...(source.items ?? []).flatMap((file) => validateDownwardAPIFile(file, path)),
];

/** One file of the downward API. Upstream names no index. */
export function validateDownwardAPIFile(file: IDownwardAPIVolumeFile, path: FieldPath): FieldError[] {
  const { fieldRef, resourceFieldRef } = file;
  const errors = [
    ...requireFields(file, ['path'], path),
    ...validateLocalNonReservedPath(file.path ?? '', path.child('path')),
  ];
  if (fieldRef) {
    errors.push(...validateObjectFieldSelector(fieldRef, volumeFields, path.child('fieldRef')));
    if (resourceFieldRef) {
      errors.push(
        invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'),
      );
    }
  } else if (resourceFieldRef) {
    errors.push(...validateResourceFieldSelector(resourceFieldRef, true, path.child('resourceFieldRef')));
  } else {
    errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'));
  }
  return [...errors, ...validateFileMode(file.mode, path.child('mode'))];
}

export const validateClaimSource = (
  source: IPersistentVolumeClaimVolumeSource,
  path: FieldPath,
): FieldError[] => requireFields(source, ['claimName'], path);

export const validateNFS = (source: INFSVolumeSource, path: FieldPath): FieldError[] => [
  ...requireFields(source, ['server', 'path'], path),
  ...((source.path ?? '').startsWith('/')
    ? []
    : [invalid(path.child('path'), source.path ?? '', 'must be an absolute path')]),
];

/** The name of a CSI driver: a DNS subdomain of at most 63 bytes, capitals allowed. */
export function validateCSIDriverName(name: string, path: FieldPath): FieldError[] {
  if (name === '') return [required(path)];
  return [
    ...(byteLength(name) > maxCSIDriverNameBytes ? [tooLong(path, maxCSIDriverNameBytes)] : []),
    ...invalidFor(isDNS1123Subdomain(name.toLowerCase()), name, path),
  ];
}

export function validateCSI(
  { driver, nodePublishSecretRef }: ICSIVolumeSource,
  path: FieldPath,
): FieldError[] {
  const errors = validateCSIDriverName(driver ?? '', path.child('driver'));
  if (!nodePublishSecretRef) return errors;
  const { name = '' } = nodePublishSecretRef;
  if (name === '') return [...errors, required(path.child('nodePublishSecretRef', 'name'))];
  return [...errors, ...invalidFor(isDNS1123Subdomain(name), name, path.child('name'))];
}

/** A volume whose claim is made with the pod. Its template takes labels and annotations, no other metadata. */
export function validateEphemeral(
  { volumeClaimTemplate }: IEphemeralVolumeSource,
  path: FieldPath,
): FieldError[] {
  const templatePath = path.child('volumeClaimTemplate');
  if (!volumeClaimTemplate) return [required(templatePath)];
  const { metadata = {}, spec } = volumeClaimTemplate;
  return [
    ...validateTemplateMetadata(metadata as ObjectMeta, templatePath.child('metadata')),
    ...validatePersistentVolumeClaimSpec(spec ?? {}, templatePath.child('spec')),
  ];
}

/** A volume made of an image; templates may leave the reference to others. */
export const validateImageSource = (
  source: IImageVolumeSource,
  isPod: boolean,
  path: FieldPath,
): FieldError[] => [
  ...(isPod ? requireFields(source, ['reference'], path) : []),
  ...validatePullPolicy(source.pullPolicy ?? '', path.child('pullPolicy')),
];
