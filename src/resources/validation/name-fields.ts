import { type FieldError, type FieldPath, notSupported } from '../../apimachinery/field-error.ts';
import { isDNS1123Label, isDNS1123Subdomain, isQualifiedName } from '../../apimachinery/names.ts';
import { invalidFor } from './values.ts';

export const validateDNS1123Label = (value: string, path: FieldPath): FieldError[] =>
  invalidFor(isDNS1123Label(value), value, path);

export const validateDNS1123Subdomain = (value: string, path: FieldPath): FieldError[] =>
  invalidFor(isDNS1123Subdomain(value), value, path);

export const validateQualifiedName = (value: string, path: FieldPath): FieldError[] =>
  invalidFor(isQualifiedName(value), value, path);

/** A value of an enumeration. `supported` is printed as it stands. */
export const validateOneOf = (value: string, supported: readonly string[], path: FieldPath): FieldError[] =>
  supported.includes(value) ? [] : [notSupported(path, value, supported)];
