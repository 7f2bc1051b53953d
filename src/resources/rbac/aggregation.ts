import { type LabelSelectorObject, selectorFromLabelSelector } from '../../apimachinery/label-selector.ts';
import { jsonEqual, type KubeObject } from '../../apimachinery/object.ts';
import type { PolicyRule } from './policy-rule.ts';

interface AggregationRule {
  readonly clusterRoleSelectors?: readonly LabelSelectorObject[];
}

const selectorsOf = (role: KubeObject): readonly LabelSelectorObject[] | undefined =>
  (role['aggregationRule'] as AggregationRule | undefined)?.clusterRoleSelectors;

const rulesOf = (role: KubeObject): readonly PolicyRule[] => (role['rules'] ?? []) as readonly PolicyRule[];

/**
 * What the rules of a ClusterRole with an `aggregationRule` must become, given all ClusterRoles in the order of their names:
 * the rules of every role that a selector matches, each once. Undefined when they are that already, or when it collects nothing.
 * Source: `pkg/controller/clusterroleaggregation`.
 */
export function aggregatedRules(
  role: KubeObject,
  all: readonly KubeObject[],
): readonly PolicyRule[] | undefined {
  const selectors = selectorsOf(role);
  if (!selectors || selectors.length === 0) return undefined;
  const rules = new Map<string, PolicyRule>();
  for (const selector of selectors) {
    const { matches } = selectorFromLabelSelector(selector);
    for (const other of all) {
      if (other.metadata.name === role.metadata.name || !matches(other.metadata.labels ?? {})) continue;
      for (const rule of rulesOf(other)) rules.set(JSON.stringify(rule), rule);
    }
  }
  const wanted = [...rules.values()];
  return jsonEqual(wanted, rulesOf(role)) ? undefined : wanted;
}
