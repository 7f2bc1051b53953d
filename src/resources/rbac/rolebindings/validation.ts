import type { FieldError } from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { validateBinding, validateBindingUpdate } from '../bindings.ts';

export const validateRoleBinding = (binding: KubeObject): FieldError[] =>
  validateBinding(binding, ['Role', 'ClusterRole'], true);

export const validateRoleBindingUpdate = (binding: KubeObject, old: KubeObject): FieldError[] => [
  ...validateRoleBinding(binding),
  ...validateBindingUpdate(binding, old),
];
