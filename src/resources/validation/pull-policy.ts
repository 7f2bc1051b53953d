import { type FieldError, type FieldPath, notSupported, required } from '../../apimachinery/field-error.ts';

const policies = ['Always', 'IfNotPresent', 'Never'];

/** When an image is pulled; wants a value, as defaulting has run. */
export const validatePullPolicy = (policy: string, path: FieldPath): FieldError[] => {
  if (policy === '') return [required(path)];
  return policies.includes(policy) ? [] : [notSupported(path, policy, policies)];
};
