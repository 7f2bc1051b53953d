import { type FieldError, type FieldPath, invalid } from '../../apimachinery/field-error.ts';

/** A path without `..` between its slashes. */
export const validatePathNoBacksteps = (value: string, path: FieldPath): FieldError[] =>
  value.split('/').includes('..') ? [invalid(path, value, "must not contain '..'")] : [];

/** A relative path that stays below where it starts. */
export const validateLocalDescendingPath = (value: string, path: FieldPath): FieldError[] => [
  ...(value.startsWith('/') ? [invalid(path, value, 'must be a relative path')] : []),
  ...validatePathNoBacksteps(value, path),
];

/** A relative path that stays below where it starts and whose first name doesn't begin with `..`. */
export const validateLocalNonReservedPath = (value: string, path: FieldPath): FieldError[] => [
  ...validateLocalDescendingPath(value, path),
  ...(value.startsWith('..') && !value.startsWith('../')
    ? [invalid(path, value, "must not start with '..'")]
    : []),
];

const maxFileMode = 0o777;

/** Permission bits; absent passes. */
export const validateFileMode = (mode: number | undefined, path: FieldPath): FieldError[] =>
  mode !== undefined && (mode < 0 || mode > maxFileMode)
    ? [invalid(path, mode, 'must be a number between 0 and 0777 (octal), both inclusive')]
    : [];
