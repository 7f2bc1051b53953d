import { type FieldError, type FieldPath, required } from '../../apimachinery/field-error.ts';
import { isPathSegmentName } from '../../apimachinery/names.ts';
import { validateDNS1123Subdomain } from '../validation/name-fields.ts';
import { invalidFor } from '../validation/values.ts';

/** A part of a reference that must be given and fit into a URL path. */
export const validatePathSegment = (value: string | undefined, path: FieldPath): FieldError[] =>
  value ? invalidFor(isPathSegmentName(value), value, path) : [required(path)];

/** Group, kind and name of an object that another one refers to. */
export function validateReference(
  { apiGroup, kind, name }: { readonly apiGroup?: string; readonly kind?: string; readonly name?: string },
  path: FieldPath,
): FieldError[] {
  return [
    ...(apiGroup === undefined ? [] : validateDNS1123Subdomain(apiGroup, path.child('apiGroup'))),
    ...validatePathSegment(kind, path.child('kind')),
    ...validatePathSegment(name, path.child('name')),
  ];
}
