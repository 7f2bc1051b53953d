import type { IPersistentVolumeSpec } from 'kubernetes-models/v1';
import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import { quantityValue } from '../../apimachinery/quantity.ts';
import { supportedVolumeModes, validateAccessModes } from './claim-spec.ts';
import { validateDNS1123Subdomain, validateOneOf } from './name-fields.ts';
import { validateNodeSelector } from './node-selector.ts';
import { validateSource } from './persistent-volume-sources.ts';
import { validatePositiveQuantity } from './quantity.ts';
import { quantitiesOf } from './resource-list.ts';

const reclaimPolicies = ['Delete', 'Recycle', 'Retain'];

/** Findings on the spec of the PersistentVolume called `volumeName`. */
export function validatePersistentVolumeSpec(
  spec: IPersistentVolumeSpec,
  volumeName: string,
  path: FieldPath,
): FieldError[] {
  const { persistentVolumeReclaimPolicy: policy, storageClassName, volumeMode } = spec;
  return [
    ...validateModes(spec, path),
    ...validateCapacity(spec, path.child('capacity')),
    ...(policy ? validateOneOf(policy, reclaimPolicies, path.child('persistentVolumeReclaimPolicy')) : []),
    ...validateNodeAffinity(spec, path.child('nodeAffinity', 'required')),
    ...validateSource(spec, volumeName, path),
    ...validateRecycling(spec, path),
    ...(storageClassName ? validateDNS1123Subdomain(storageClassName, path.child('storageClassName')) : []),
    ...(volumeMode === undefined
      ? []
      : validateOneOf(volumeMode, supportedVolumeModes, path.child('volumeMode'))),
    ...validateAttributesClass(spec, path),
  ];
}

const inlineContext = 'in the context of inline volumes';

/** Findings on the spec of a volume that a VolumeAttachment describes in place of naming one. */
export function validateInlineVolumeSpec(spec: IPersistentVolumeSpec, path: FieldPath): FieldError[] {
  const { claimRef, capacity, csi, persistentVolumeReclaimPolicy: policy, volumeMode } = spec;
  const refuse = (field: string) => forbidden(path.child(field), `may not be specified ${inlineContext}`);
  const refuseBut = (field: string, start: string) =>
    forbidden(path.child(field), `${start} ${inlineContext}`);
  return [
    ...(claimRef ? [refuse('claimRef')] : []),
    ...(Object.keys(capacity ?? {}).length > 0 ? [refuse('capacity')] : []),
    ...(csi ? [] : [required(path.child('csi'), `has to be specified ${inlineContext}`)]),
    ...validateModes(spec, path),
    ...(policy && policy !== 'Retain'
      ? [refuseBut('persistentVolumeReclaimPolicy', 'may only be Retain')]
      : []),
    ...(spec.nodeAffinity ? [refuse('nodeAffinity')] : []),
    ...validateSource(spec, '', path),
    ...validateRecycling(spec, path),
    ...(spec.storageClassName ? [refuse('storageClassName')] : []),
    ...(volumeMode !== undefined && volumeMode !== 'Filesystem'
      ? [refuseBut('volumeMode', 'may not specify volumeMode other than Filesystem')]
      : []),
  ];
}

function validateModes({ accessModes = [] }: IPersistentVolumeSpec, path: FieldPath): FieldError[] {
  const modesPath = path.child('accessModes');
  return accessModes.length === 0 ? [required(modesPath)] : validateAccessModes(accessModes, modesPath);
}

/** Storage is the only thing a volume has an amount of. */
function validateCapacity({ capacity }: IPersistentVolumeSpec, path: FieldPath): FieldError[] {
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

function validateNodeAffinity({ nodeAffinity }: IPersistentVolumeSpec, path: FieldPath): FieldError[] {
  if (!nodeAffinity) return [];
  return nodeAffinity.required
    ? validateNodeSelector(nodeAffinity.required, path)
    : [required(path, 'must specify required node constraints')];
}

/** Recycling empties the volume, which must not be the whole disk of a node. */
function validateRecycling(spec: IPersistentVolumeSpec, path: FieldPath): FieldError[] {
  const { hostPath, persistentVolumeReclaimPolicy: policy } = spec;
  if (policy !== 'Recycle' || !hostPath) return [];
  const isRoot =
    hostPath.path?.startsWith('/') && hostPath.path.split('/').every((part) => /^\.?$/.test(part));
  if (!isRoot) return [];
  return [
    forbidden(
      path.child('persistentVolumeReclaimPolicy'),
      "may not be 'recycle' for a hostPath mount of '/'",
    ),
  ];
}

function validateAttributesClass(spec: IPersistentVolumeSpec, path: FieldPath): FieldError[] {
  const { volumeAttributesClassName: name, csi } = spec;
  if (name === undefined) return [];
  const namePath = path.child('volumeAttributesClassName');
  return [
    ...(name === ''
      ? [required(namePath, 'an empty string is disallowed')]
      : validateDNS1123Subdomain(name, namePath)),
    ...(csi ? [] : [required(path.child('csi'), 'has to be specified when using volumeAttributesClassName')]),
  ];
}
