import { type FieldError, FieldPath } from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import type { PolicyRule } from '../policy-rule.ts';
import { validateRules } from '../rules.ts';

export const validateRole = (role: KubeObject): FieldError[] =>
  validateRules(role['rules'] as PolicyRule[] | undefined, true, FieldPath.of('rules'));
