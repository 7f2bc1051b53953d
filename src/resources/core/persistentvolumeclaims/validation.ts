import type { IPersistentVolumeClaim, IPersistentVolumeClaimSpec } from 'kubernetes-models/v1';
import { type FieldError, FieldPath, forbidden, invalid } from '../../../apimachinery/field-error.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import { cloneJson, jsonEqual, type KubeObject } from '../../../apimachinery/object.ts';
import { compareQuantity, zeroQuantity } from '../../../apimachinery/quantity.ts';

import { validatePersistentVolumeClaimSpec } from '../../validation/claim-spec.ts';
import { quantitiesOf, type ResourceList } from '../../validation/resource-list.ts';
import { specDiff } from '../../validation/spec-diff.ts';

const specPath = FieldPath.of('spec');
const classAnnotation = 'volume.beta.kubernetes.io/storage-class';

const claimOf = (object: KubeObject) => object as unknown as IPersistentVolumeClaim;
const specOf = (object: KubeObject): IPersistentVolumeClaimSpec => claimOf(object).spec ?? {};

export const validateClaim = (object: KubeObject): FieldError[] =>
  validatePersistentVolumeClaimSpec(specOf(object), specPath);

/** A claim may be bound once and, when it is bound, grow and change its attributes; all else stays. */
export function validateClaimUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  return [
    ...validateClaim(object),
    ...validateClassAnnotation(object, old),
    ...validateSpecKept(object, old),
    ...validateSize(object, old),
    ...validateImmutableField(specOf(object).volumeMode, specOf(old).volumeMode, FieldPath.of('volumeMode')),
    ...validateAttributesClass(object, old),
  ];
}

const annotationOf = ({ metadata: { annotations = {} } }: KubeObject) =>
  Object.hasOwn(annotations, classAnnotation) ? annotations[classAnnotation] : undefined;

/** The class moves from the old annotation to the field. */
function movesClassToField(object: KubeObject, old: KubeObject): boolean {
  const oldClass = annotationOf(old);
  const annotated = annotationOf(object);
  return (
    oldClass !== undefined &&
    specOf(old).storageClassName === undefined &&
    specOf(object).storageClassName === oldClass &&
    (annotated === undefined || annotated === oldClass)
  );
}

/** A claim without a class gets one. */
function givesFirstClass(object: KubeObject, old: KubeObject): boolean {
  const { storageClassName } = specOf(object);
  if (storageClassName === undefined || specOf(old).storageClassName !== undefined) return false;
  const oldClass = annotationOf(old);
  return oldClass === undefined || oldClass === storageClassName;
}

function validateClassAnnotation(object: KubeObject, old: KubeObject): FieldError[] {
  if (movesClassToField(object, old)) return [];
  const value = annotationOf(object) ?? '';
  const path = FieldPath.of('metadata', 'annotations', classAnnotation);
  return value === (annotationOf(old) ?? '') ? [] : [invalid(path, value, 'field is immutable')];
}

/** The new spec with everything that may change put back to what it was. */
function withoutAllowedChanges(object: KubeObject, old: KubeObject): IPersistentVolumeClaimSpec {
  const spec = cloneJson(specOf(object)) as Record<string, unknown>;
  const oldSpec = specOf(old) as Record<string, unknown>;
  const putBack = (field: string) => {
    if (oldSpec[field] === undefined) delete spec[field];
    else spec[field] = oldSpec[field];
  };
  if (!oldSpec['volumeName']) putBack('volumeName');
  if (movesClassToField(object, old) || givesFirstClass(object, old)) putBack('storageClassName');
  if (claimOf(object).status?.phase === 'Bound') {
    putBack('volumeAttributesClassName');
    const resources = spec['resources'] as { requests?: ResourceList } | undefined;
    const storage = specOf(old).resources?.requests?.['storage'];
    if (resources?.requests && storage !== undefined) resources.requests['storage'] = storage;
  }
  return spec;
}

function validateSpecKept(object: KubeObject, old: KubeObject): FieldError[] {
  const kept = withoutAllowedChanges(object, old);
  if (jsonEqual(kept, specOf(old))) return [];
  const rule =
    'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
  return [forbidden(specPath, `${rule}\n${specDiff(specOf(old), kept)}`)];
}

/** A request that was raised and failed may be lowered again, but not to what the volume has already. */
function validateSize(object: KubeObject, old: KubeObject): FieldError[] {
  const requestOf = (of: KubeObject) =>
    quantitiesOf(specOf(of).resources?.requests).get('storage') ?? zeroQuantity;
  const size = requestOf(object);
  const capacity = quantitiesOf(claimOf(old).status?.capacity).get('storage') ?? zeroQuantity;
  if (compareQuantity(size, requestOf(old)) >= 0 || compareQuantity(size, capacity) > 0) return [];
  const path = specPath.child('resources', 'requests', 'storage');
  return [forbidden(path, 'field can not be less than status.capacity')];
}

/** Attributes that a volume has got can be changed, not taken away. */
function validateAttributesClass(object: KubeObject, old: KubeObject): FieldError[] {
  const name = specOf(object).volumeAttributesClassName;
  if (name === specOf(old).volumeAttributesClassName || name) return [];
  if (claimOf(old).status?.currentVolumeAttributesClassName === undefined) return [];
  const to = name === undefined ? 'nil' : 'empty string';
  const detail = `update to ${to} is forbidden when status.currentVolumeAttributesClassName is not nil`;
  return [forbidden(specPath.child('volumeAttributesClassName'), detail)];
}
