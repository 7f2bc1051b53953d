import { nameIsPathSegment } from '../../../apimachinery/names.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { validateRoleBinding, validateRoleBindingUpdate } from './validation.ts';

export const strategy: Strategy = {
  validateName: nameIsPathSegment,
  allowCreateOnUpdate: true,
  validate: validateRoleBinding,
  validateUpdate: validateRoleBindingUpdate,
};
