import type { IControllerRevision } from 'kubernetes-models/apps/v1';
import { type FieldError, FieldPath, required } from '../../../apimachinery/field-error.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import { isRecord, type KubeObject } from '../../../apimachinery/object.ts';
import { nonNegative } from '../../validation/values.ts';

const dataPath = FieldPath.of('data');

export const validateControllerRevision = (object: KubeObject): FieldError[] => [
  ...validateRevision(object),
  ...validateData(object['data']),
];

const validateRevision = (object: KubeObject): FieldError[] =>
  nonNegative((object as unknown as IControllerRevision).revision, FieldPath.of('revision'));

function validateData(data: unknown): FieldError[] {
  if (data === undefined || data === null) return [required(dataPath, 'data is mandatory')];
  return isRecord(data) ? [] : [required(dataPath, 'data must be a valid JSON object')];
}

/** A revision is a record of the past. */
export const validateControllerRevisionUpdate = (object: KubeObject, old: KubeObject): FieldError[] => [
  ...validateRevision(object),
  ...validateImmutableField(object['data'], old['data'], dataPath),
];
