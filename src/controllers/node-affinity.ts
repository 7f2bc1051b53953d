import type { INodeSelector, INodeSelectorTerm, IPodSpec } from 'kubernetes-models/v1';
import type { Node } from '../client/kinds.ts';

type Requirement = NonNullable<INodeSelectorTerm['matchExpressions']>[number];
type Labels = Readonly<Record<string, string>>;

/** Whether a node is one of those that a pod says it must run on: its `nodeSelector` and its required node affinity. */
export function matchesNodeAffinity(spec: IPodSpec | undefined, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  for (const [key, value] of Object.entries(spec?.nodeSelector ?? {})) {
    if (!Object.hasOwn(labels, key) || labels[key] !== value) return false;
  }
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required === undefined || matchesNodeSelector(required, node);
}

/** One term suffices; no terms select nothing. */
export const matchesNodeSelector = ({ nodeSelectorTerms }: INodeSelector, node: Node): boolean =>
  nodeSelectorTerms.some((term) => matchesTerm(term, node));

/** All expressions must hold; a term without any selects nothing. */
export function matchesTerm(
  { matchExpressions, matchFields }: INodeSelectorTerm,
  { metadata }: Node,
): boolean {
  const expressions = matchExpressions ?? [];
  const fields = matchFields ?? [];
  if (expressions.length + fields.length === 0) return false;
  const labels = metadata.labels ?? {};
  return (
    expressions.every((requirement) => holds(requirement, labels)) &&
    fields.every((requirement) => holds(requirement, { 'metadata.name': metadata.name }))
  );
}

function holds({ key, operator, values = [] }: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
    case 'Lt':
      return value !== undefined && compares(operator, value, values[0] ?? '');
    default:
      return false;
  }
}

function compares(operator: 'Gt' | 'Lt', value: string, bound: string): boolean {
  if (!/^-?\d+$/.test(value) || !/^-?\d+$/.test(bound)) return false;
  const difference = BigInt(value) - BigInt(bound);
  return operator === 'Gt' ? difference > 0n : difference < 0n;
}
