import { type FieldError, FieldPath, invalid } from '../../../apimachinery/field-error.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { validateConditions } from '../../validation/conditions.ts';
import { validateDriverName, validatePoolName } from '../names.ts';
import { specOf, statusOf } from './types.ts';

const maxLimit = 1000;
const path = FieldPath.of('spec');
const statusPath = FieldPath.of('status');

export function validatePoolRequest(request: KubeObject): FieldError[] {
  const { driver = '', poolName, limit = 1 } = specOf(request);
  const limitPath = path.child('limit');
  return [
    ...validateDriverName(driver, path.child('driver')),
    ...(poolName === undefined ? [] : validatePoolName(poolName, path.child('poolName'))),
    ...(limit < 1 ? [invalid(limitPath, limit, 'must be greater than or equal to 1')] : []),
    ...(limit > maxLimit ? [invalid(limitPath, limit, `must be less than or equal to ${maxLimit}`)] : []),
  ];
}

export const validatePoolRequestUpdate = (request: KubeObject, old: KubeObject): FieldError[] =>
  validateImmutableField(request['spec'], old['spec'], path);

/** The answer is given once. */
export function validatePoolRequestStatus(request: KubeObject, old: KubeObject): FieldError[] {
  if (statusOf(old)) return validateImmutableField(statusOf(request), statusOf(old), statusPath);
  return validateConditions(statusOf(request)?.conditions ?? [], statusPath.child('conditions'));
}
