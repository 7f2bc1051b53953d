import { type FieldError, FieldPath, notSupported } from '../../apimachinery/field-error.ts';
import { validateFieldManager } from '../../apimachinery/meta-validation.ts';
import type { JsonObject } from '../../apimachinery/object.ts';
import { badRequest, invalidError } from '../../apimachinery/status.ts';
import type { FieldValidation } from '../../registry/context.ts';

/** Go's `strconv` failures, as they show up in answers. */
export const parseFailure = (value: string, type = 'ParseInt'): string =>
  `strconv.${type}: parsing ${JSON.stringify(value)}: invalid syntax`;

/** A query parameter as a boolean, by the rules of the reference server: present without a value means true. */
export function booleanParameter(query: URLSearchParams, name: string): boolean | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  return value !== 'false' && value !== '0';
}

export function integerParameter(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null || value === '') return undefined;
  const number = Number(value);
  if (!/^[+-]?\d+$/.test(value) || !Number.isSafeInteger(number)) throw badRequest(parseFailure(value));
  return number;
}

/** 422 on an options object, the shape in which the reference server refuses parameters. */
export function refuseOptions(kind: string, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalidError({ group: 'meta.k8s.io', kind }, '', errors);
}

export interface WriteOptions {
  readonly dryRun: boolean;
  readonly fieldValidation: FieldValidation;
  readonly fieldManager: string;
  /** What was asked for, in the words of the options' kind. */
  readonly given: JsonObject;
}

const fieldValidations = ['', 'Ignore', 'Strict', 'Warn'];

/** `metav1.CreateOptions`, `UpdateOptions` and `PatchOptions` from the query; 422 when they are wrong. */
export function parseWriteOptions(query: URLSearchParams, kind: string): WriteOptions {
  const dryRun = query.getAll('dryRun');
  const fieldManager = query.get('fieldManager') ?? '';
  const fieldValidation = query.get('fieldValidation') ?? '';
  const errors = validateDryRun(dryRun);
  errors.push(...validateFieldManager(fieldManager, FieldPath.of('fieldManager')));
  if (!fieldValidations.includes(fieldValidation)) {
    errors.push(notSupported(FieldPath.of('fieldValidation'), fieldValidation, fieldValidations));
  }
  refuseOptions(kind, errors);
  return {
    dryRun: dryRun.length > 0,
    fieldManager,
    fieldValidation: fieldValidation === '' ? 'Warn' : (fieldValidation as FieldValidation),
    given: {
      ...(dryRun.length > 0 ? { dryRun } : {}),
      ...(fieldManager === '' ? {} : { fieldManager }),
      ...(fieldValidation === '' ? {} : { fieldValidation }),
    },
  };
}

export function validateDryRun(values: readonly string[]): FieldError[] {
  return values.length > 0 && !values.every((value) => value === 'All')
    ? [notSupported(FieldPath.of('dryRun'), values, ['All'])]
    : [];
}
