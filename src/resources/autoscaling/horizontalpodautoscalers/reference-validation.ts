import type { ICrossVersionObjectReference } from 'kubernetes-models/autoscaling/v2';
import { type FieldError, type FieldPath, invalid, required } from '../../../apimachinery/field-error.ts';
import { parseApiVersion } from '../../../apimachinery/gvk.ts';
import { isPathSegmentName } from '../../../apimachinery/names.ts';
import { invalidFor } from '../../validation/values.ts';

export interface ReferenceOptions {
  readonly allowInvalidApiVersion: boolean;
  /** False where the core group has nothing that could be meant. */
  readonly allowEmptyApiGroup: boolean;
}

export function validateReference(
  reference: ICrossVersionObjectReference,
  options: ReferenceOptions,
  path: FieldPath,
): FieldError[] {
  const errors = (['kind', 'name'] as const).flatMap((name) => {
    const value = reference[name] ?? '';
    return value === ''
      ? [required(path.child(name))]
      : invalidFor(isPathSegmentName(value), value, path.child(name));
  });
  const apiVersionMessage = apiVersionError(reference, options);
  if (apiVersionMessage !== undefined) {
    errors.push(invalid(path.child('apiVersion'), reference.apiVersion ?? '', apiVersionMessage));
  }
  return errors;
}

/** What is wrong with the `apiVersion` of a reference. */
export function apiVersionError(
  { apiVersion = '' }: ICrossVersionObjectReference,
  { allowInvalidApiVersion, allowEmptyApiGroup }: ReferenceOptions,
): string | undefined {
  if (allowInvalidApiVersion) return undefined;
  const parsed = parseApiVersion(apiVersion);
  if (!parsed) return `unexpected GroupVersion string: ${apiVersion}`;
  return parsed.group === '' && !allowEmptyApiGroup ? 'apiVersion must specify API group' : undefined;
}
