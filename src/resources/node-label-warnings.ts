import type { LabelSelectorObject } from '../apimachinery/label-selector.ts';

const deprecatedLabels: ReadonlyMap<string, string> = new Map([
  ['beta.kubernetes.io/arch', 'deprecated since v1.14; use "kubernetes.io/arch" instead'],
  ['beta.kubernetes.io/os', 'deprecated since v1.14; use "kubernetes.io/os" instead'],
  [
    'failure-domain.beta.kubernetes.io/region',
    'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  ],
  [
    'failure-domain.beta.kubernetes.io/zone',
    'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  ],
  [
    'beta.kubernetes.io/instance-type',
    'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  ],
]);

/** What to say of a label on nodes that has a newer name; undefined when it has none. */
export const deprecatedNodeLabel = (key: string): string | undefined => deprecatedLabels.get(key);

/** Warnings for a selector of nodes at `path`. */
export function nodeSelectorWarnings(selector: LabelSelectorObject | undefined, path: string): string[] {
  const warnings: string[] = [];
  for (const [i, { key }] of (selector?.matchExpressions ?? []).entries()) {
    const message = deprecatedNodeLabel(key);
    if (message) warnings.push(`${path}.matchExpressions[${i}]: ${key} is ${message}`);
  }
  for (const key of Object.keys(selector?.matchLabels ?? {})) {
    const message = deprecatedNodeLabel(key);
    if (message) warnings.push(`${path}.matchLabels.${key}: ${message}`);
  }
  return warnings;
}
