import { type FieldError, type FieldPath, invalid, required } from '../../apimachinery/field-error.ts';
import type { PolicyRule } from './policy-rule.ts';

const isEmpty = (list: readonly string[] | undefined) => (list ?? []).length === 0;

/** Findings on `rules`. `namespaced` rules are those of a Role, which can't reach beyond resources. */
export function validateRules(
  rules: readonly PolicyRule[] | undefined,
  namespaced: boolean,
  path: FieldPath,
): FieldError[] {
  return (rules ?? []).flatMap((rule, i) => validateRule(rule, namespaced, path.index(i)));
}

function validateRule(rule: PolicyRule, namespaced: boolean, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (isEmpty(rule.verbs)) {
    errors.push(required(path.child('verbs'), 'verbs must contain at least one value'));
  }
  return isEmpty(rule.nonResourceURLs)
    ? [...errors, ...validateResourceRule(rule, path)]
    : [...errors, ...validateUrlRule(rule, namespaced, path.child('nonResourceURLs'))];
}

function validateUrlRule(rule: PolicyRule, namespaced: boolean, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (namespaced) {
    errors.push(invalid(path, rule.nonResourceURLs, 'namespaced rules cannot apply to non-resource URLs'));
  }
  if (!isEmpty(rule.apiGroups) || !isEmpty(rule.resources) || !isEmpty(rule.resourceNames)) {
    const detail = 'rules cannot apply to both regular resources and non-resource URLs';
    errors.push(invalid(path, rule.nonResourceURLs, detail));
  }
  return errors;
}

function validateResourceRule(rule: PolicyRule, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (isEmpty(rule.apiGroups)) {
    errors.push(required(path.child('apiGroups'), 'resource rules must supply at least one api group'));
  }
  if (isEmpty(rule.resources)) {
    errors.push(required(path.child('resources'), 'resource rules must supply at least one resource'));
  }
  return errors;
}
