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
function aggregatedRules(role: KubeObject, all: readonly KubeObject[]): readonly PolicyRule[] | undefined {
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

/** Roles that collect roles that collect roles; two that collect each other stop growing sooner. */
export const maxPasses = 20;

/** The rules of every role that has to change, by its name, when all collecting is done. */
export function settledRules(all: readonly KubeObject[]): ReadonlyMap<string, readonly PolicyRule[]> {
  const changed = new Map<string, readonly PolicyRule[]>();
  let roles = all;
  for (let pass = 0; pass < maxPasses; pass++) {
    const found = roles.flatMap((role) => {
      const rules = aggregatedRules(role, roles);
      return rules ? [[role.metadata.name!, rules] as const] : [];
    });
    if (found.length === 0) break;
    for (const [name, rules] of found) changed.set(name, rules);
    roles = roles.map((role) => {
      const rules = changed.get(role.metadata.name!);
      return rules ? { ...role, rules } : role;
    });
  }
  return changed;
}
