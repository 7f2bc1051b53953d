import { type FieldError, FieldPath, invalid, required } from '../../../apimachinery/field-error.ts';
import type { LabelSelectorObject } from '../../../apimachinery/label-selector.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { validateLabelSelector } from '../../validation/label-selector.ts';
import type { PolicyRule } from '../policy-rule.ts';
import { validateRules } from '../rules.ts';

interface AggregationRule {
  clusterRoleSelectors?: LabelSelectorObject[];
}

export function validateClusterRole(role: KubeObject): FieldError[] {
  return [
    ...validateRules(role['rules'] as PolicyRule[] | undefined, false, FieldPath.of('rules')),
    ...validateAggregation(role['aggregationRule'] as AggregationRule | undefined),
  ];
}

function validateAggregation(rule: AggregationRule | undefined): FieldError[] {
  if (!rule) return [];
  const path = FieldPath.of('aggregationRule', 'clusterRoleSelectors');
  const selectors = rule.clusterRoleSelectors ?? [];
  if (selectors.length === 0) {
    return [required(path, 'at least one clusterRoleSelector required if aggregationRule is non-nil')];
  }
  return selectors.flatMap((selector, i) => {
    const errors = validateLabelSelector(selector, path.index(i));
    // Said once more of what cannot be made a selector.
    return errors.length > 0 ? [...errors, invalid(path.index(i), null, 'invalid label selector.')] : [];
  });
}
