import type { FieldError } from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { validateBinding, validateBindingUpdate } from '../bindings.ts';

export const validateClusterRoleBinding = (binding: KubeObject): FieldError[] =>
  validateBinding(binding, ['ClusterRole'], false);

export const validateClusterRoleBindingUpdate = (binding: KubeObject, old: KubeObject): FieldError[] => [
  ...validateClusterRoleBinding(binding),
  ...validateBindingUpdate(binding, old),
];
