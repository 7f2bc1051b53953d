import { type FieldError, type FieldPath, notSupported } from '../../apimachinery/field-error.ts';
import { validateLabelSelector } from '../validation/label-selector.ts';
import { defaultRules, validateNamedRule } from './rules.ts';
import type { MatchResources } from './types.ts';

export const matchPolicies = ['Equivalent', 'Exact'];

export function defaultMatchResources(match: MatchResources | undefined): void {
  if (!match) return;
  match.matchPolicy ??= 'Equivalent';
  match.namespaceSelector ??= {};
  match.objectSelector ??= {};
  defaultRules(match.resourceRules);
  defaultRules(match.excludeResourceRules);
}

export function validateMatchResources(match: MatchResources | undefined, path: FieldPath): FieldError[] {
  if (!match) return [];
  const { matchPolicy = '' } = match;
  const rules = (field: 'resourceRules' | 'excludeResourceRules') =>
    (match[field] ?? []).flatMap((rule, i) => validateNamedRule(rule, path.child(field).index(i)));
  return [
    ...(matchPolicies.includes(matchPolicy)
      ? []
      : [notSupported(path.child('matchPolicy'), matchPolicy, matchPolicies)]),
    ...validateLabelSelector(match.namespaceSelector, path.child('namespaceSelector')),
    ...validateLabelSelector(match.objectSelector, path.child('objectSelector')),
    ...rules('resourceRules'),
    ...rules('excludeResourceRules'),
  ];
}
