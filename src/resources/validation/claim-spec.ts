import type { IPersistentVolumeClaimSpec, ITypedObjectReference } from 'kubernetes-models/v1';
import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import { isDNS1123Subdomain, nameIsDNSLabel } from '../../apimachinery/names.ts';
import { validateLabelSelector } from './label-selector.ts';
import { validateDNS1123Subdomain, validateOneOf } from './name-fields.ts';
import { validatePositiveQuantity, validateResourceQuantityValue } from './quantity.ts';
import { quantitiesOf } from './resource-list.ts';
import { invalidFor } from './values.ts';

/** Sorted, as messages print them. */
export const supportedAccessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
export const supportedVolumeModes = ['Block', 'Filesystem'];

/** Findings on the spec of a PersistentVolumeClaim, also where a template holds one. */
export function validatePersistentVolumeClaimSpec(
  spec: IPersistentVolumeClaimSpec,
  path: FieldPath,
): FieldError[] {
  const { storageClassName = '', volumeMode, volumeAttributesClassName = '' } = spec;
  return [
    ...((spec.accessModes ?? []).length === 0
      ? [required(path.child('accessModes'), 'at least 1 access mode is required')]
      : []),
    ...validateLabelSelector(spec.selector, path.child('selector')),
    ...validateAccessModes(spec.accessModes ?? [], path.child('accessModes')),
    ...validateStorageRequest(spec, path.child('resources').key('storage')),
    ...(storageClassName === ''
      ? []
      : validateDNS1123Subdomain(storageClassName, path.child('storageClassName'))),
    ...(volumeMode === undefined
      ? []
      : validateOneOf(volumeMode, supportedVolumeModes, path.child('volumeMode'))),
    ...validateSources(spec, path),
    ...(volumeAttributesClassName === ''
      ? []
      : validateDNS1123Subdomain(volumeAttributesClassName, path.child('volumeAttributesClassName'))),
  ];
}

/** Known access modes; the mode for a single pod stands alone. */
export function validateAccessModes(modes: readonly string[], path: FieldPath): FieldError[] {
  const errors = modes
    .filter((mode) => !supportedAccessModes.includes(mode))
    .map((mode) => notSupported(path, mode, supportedAccessModes));
  const known = new Set(modes.filter((mode) => supportedAccessModes.includes(mode)));
  if (known.has('ReadWriteOncePod') && known.size > 1) {
    errors.push(forbidden(path, 'may not use ReadWriteOncePod with other access modes'));
  }
  return errors;
}

function validateStorageRequest({ resources }: IPersistentVolumeClaimSpec, path: FieldPath): FieldError[] {
  const storage = quantitiesOf(resources?.requests).get('storage');
  if (!storage) return [required(path)];
  const errors = validatePositiveQuantity(storage, path);
  return errors.length > 0 ? errors : validateResourceQuantityValue('storage', storage, path);
}

/**
 * `dataSource` is the older and smaller form of `dataSourceRef`; what both say must agree. Upstream prints a path in place of
 * the value, and a path has no public fields.
 */
function validateSources(spec: IPersistentVolumeClaimSpec, path: FieldPath): FieldError[] {
  const { dataSource, dataSourceRef } = spec;
  const errors = [
    ...(dataSource ? validateSource(dataSource, path.child('dataSource')) : []),
    ...(dataSourceRef ? validateSource(dataSourceRef, path.child('dataSourceRef')) : []),
  ];
  if (!dataSource || !dataSourceRef) return errors;
  if (dataSourceRef.namespace) {
    const detail = 'may not be specified when dataSourceRef.namespace is specified';
    return [...errors, invalid(path, {}, detail)];
  }
  const same =
    dataSource.apiGroup === dataSourceRef.apiGroup &&
    dataSource.kind === dataSourceRef.kind &&
    dataSource.name === dataSourceRef.name;
  return same ? errors : [...errors, invalid(path, {}, 'must match dataSourceRef')];
}

function validateSource(source: ITypedObjectReference, path: FieldPath): FieldError[] {
  const { apiGroup = '', kind = '', name = '', namespace = '' } = source;
  const errors: FieldError[] = [];
  if (name === '') errors.push(required(path.child('name')));
  if (kind === '') errors.push(required(path.child('kind')));
  if (apiGroup !== '')
    errors.push(...invalidFor(isDNS1123Subdomain(apiGroup), apiGroup, path.child('apiGroup')));
  else if (kind !== 'PersistentVolumeClaim') {
    errors.push(invalid(path, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup"));
  }
  if (namespace === '') return errors;
  return [...errors, ...invalidFor(nameIsDNSLabel(namespace, false), namespace, path.child('namespace'))];
}
