import type { IControllerRevision } from 'kubernetes-models/apps/v1';
import { type FieldError, FieldPath, required } from '../../../apimachinery/field-error.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { nonNegative } from '../../validation/values.ts';

export function validateControllerRevision(object: KubeObject): FieldError[] {
  const { data, revision } = object as unknown as IControllerRevision;
  return [
    ...(data === undefined || data === null ? [required(FieldPath.of('data'), 'data is mandatory')] : []),
    ...nonNegative(revision, FieldPath.of('revision')),
  ];
}

/** A revision is a record of the past. */
export const validateControllerRevisionUpdate = (object: KubeObject, old: KubeObject): FieldError[] => [
  ...validateControllerRevision(object),
  ...validateImmutableField(object['data'], old['data'], FieldPath.of('data')),
];
