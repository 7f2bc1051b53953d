import type { ITopologySpreadConstraint } from 'kubernetes-models/v1';
import {
  type LabelSelector,
  labelSelectorOf,
  selectorFromLabelSelector,
  selectorFromMap,
} from '../../apimachinery/label-selector.ts';
import { matchesNodeAffinity } from '../node-affinity.ts';
import { placingEffects, untolerated } from '../taints.ts';
import type { NodeState } from './cluster-state.ts';
import type { PodNeeds } from './pod-needs.ts';
import { createSelectedCounts, type SelectedCounts } from './selected-counts.ts';
import {
  type FilterPlugin,
  maxScore,
  type NodeFilter,
  type ScorePlugin,
  type Verdict,
  type View,
} from './types.ts';

const uneven: Verdict = {
  reasons: ["node(s) didn't match pod topology spread constraints"],
  resolvable: true,
};
const unlabeled: Verdict = {
  reasons: ["node(s) didn't match pod topology spread constraints (missing required label)"],
  resolvable: false,
};

const hostnameLabel = 'kubernetes.io/hostname';

interface Constraint {
  readonly key: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly selector: LabelSelector;
  /** Whether pods on this node count. */
  readonly includes: (state: NodeState) => boolean;
}

function constraintOf(
  needs: PodNeeds,
  {
    topologyKey,
    maxSkew,
    minDomains = 1,
    labelSelector,
    matchLabelKeys = [],
    nodeAffinityPolicy = 'Honor',
    nodeTaintsPolicy = 'Ignore',
  }: ITopologySpreadConstraint,
): Constraint {
  const { spec } = needs.pod;
  const same = matchLabelKeys.filter((key) => Object.hasOwn(needs.labels, key));
  const more = selectorFromMap(Object.fromEntries(same.map((key) => [key, needs.labels[key]!])));
  const selector = selectorFromLabelSelector(labelSelector);
  return {
    key: topologyKey,
    maxSkew,
    minDomains,
    selector:
      same.length === 0 ? selector : labelSelectorOf([...selector.requirements, ...more.requirements]),
    includes: ({ node }) =>
      (nodeAffinityPolicy !== 'Honor' || matchesNodeAffinity(spec, node!)) &&
      (nodeTaintsPolicy !== 'Honor' || !untolerated(node?.spec?.taints, spec?.tolerations, placingEffects)),
  };
}

const constraintsOf = (needs: PodNeeds, action: string): Constraint[] =>
  (needs.pod.spec?.topologySpreadConstraints ?? [])
    .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === action)
    .map((constraint) => constraintOf(needs, constraint));

/** What holds for pods that say nothing: their siblings are spread over nodes and zones where that is possible. */
const byDefault = [
  { key: hostnameLabel, maxSkew: 3 },
  { key: 'topology.kubernetes.io/zone', maxSkew: 5 },
];

function defaultConstraints(needs: PodNeeds, { siblingsOf }: View): Constraint[] {
  const selector = siblingsOf(needs);
  if (!selector || selector.empty) return [];
  const includes = ({ node }: NodeState) => matchesNodeAffinity(needs.pod.spec, node!);
  return byDefault.map((constraint) => ({ ...constraint, minDomains: 1, selector, includes }));
}

/** Pods by value of the label, over all nodes that count and have all labels. */
function domainCounts(
  needs: PodNeeds,
  constraint: Constraint,
  nodes: readonly NodeState[],
  counts: SelectedCounts,
): Map<string, number> {
  const found = new Map<string, number>();
  for (const state of nodes) {
    if (!constraint.includes(state)) continue;
    const value = state.labels[constraint.key]!;
    found.set(value, (found.get(value) ?? 0) + counts.on(state, constraint.selector, needs.namespace));
  }
  return found;
}

const hasAll = (constraints: readonly Constraint[]) => (state: NodeState) =>
  constraints.every(({ key }) => state.labels[key] !== undefined);

function prepare(needs: PodNeeds, { cluster }: View, counts: SelectedCounts): NodeFilter | undefined {
  const constraints = constraintsOf(needs, 'DoNotSchedule');
  if (constraints.length === 0) return undefined;
  const nodes = cluster.nodes().filter(hasAll(constraints));
  const checks = constraints.map((constraint) => {
    const domains = domainCounts(needs, constraint, nodes, counts);
    const least = domains.size < constraint.minDomains ? 0 : Math.min(...domains.values());
    const own = constraint.selector.matches(needs.labels) ? 1 : 0;
    return { ...constraint, domains, most: constraint.maxSkew + least - own };
  });
  return ({ labels }) => {
    for (const { key, domains, most } of checks) {
      const value = labels[key];
      if (value === undefined) return unlabeled;
      if ((domains.get(value) ?? 0) > most) return uneven;
    }
    return undefined;
  };
}

function scores(
  needs: PodNeeds,
  nodes: readonly NodeState[],
  view: View,
  counts: SelectedCounts,
): readonly number[] | undefined {
  const own = constraintsOf(needs, 'ScheduleAnyway');
  const saysSo = (needs.pod.spec?.topologySpreadConstraints ?? []).length > 0;
  const constraints = saysSo ? own : defaultConstraints(needs, view);
  if (constraints.length === 0) return undefined;
  // Default constraints also hold where some labels are missing.
  const counted = saysSo ? hasAll(constraints) : () => true;
  const candidates = nodes.filter(counted);
  const parts = constraints.map((constraint) => partOf(needs, constraint, candidates, view, counts));
  const sums = nodes.map((state) =>
    counted(state) ? Math.round(parts.reduce((sum, part) => sum + part(state), 0)) : undefined,
  );
  const known = sums.filter((sum) => sum !== undefined);
  const [least, most] = [Math.min(...known), Math.max(0, ...known)];
  return sums.map((sum) => {
    if (sum === undefined) return 0;
    return most === 0 ? maxScore : Math.floor((maxScore * (most + least - sum)) / most);
  });
}

/** How much a node has already, by one constraint; the more domains there are, the more it weighs. */
function partOf(
  needs: PodNeeds,
  constraint: Constraint,
  candidates: readonly NodeState[],
  { cluster }: View,
  counts: SelectedCounts,
): (state: NodeState) => number {
  const { key, maxSkew, selector } = constraint;
  const scored = (count: number, domains: number) => count * Math.log(domains + 2) + maxSkew - 1;
  if (key === hostnameLabel) {
    return (state) =>
      state.labels[key] === undefined
        ? 0
        : scored(counts.on(state, selector, needs.namespace), candidates.length);
  }
  const labelled = candidates.filter(({ labels }) => labels[key] !== undefined);
  if (labelled.length === 0) return () => 0;
  const wanted = new Set(labelled.map(({ labels }) => labels[key]!));
  const everywhere = cluster.nodes().filter(({ labels }) => wanted.has(labels[key]!));
  const domains = domainCounts(needs, constraint, everywhere, counts);
  return ({ labels }) => {
    const value = labels[key];
    return value === undefined ? 0 : scored(domains.get(value) ?? 0, wanted.size);
  };
}

export function topologySpread(): FilterPlugin & ScorePlugin {
  const counts = createSelectedCounts();
  return {
    name: 'PodTopologySpread',
    wokenBy: ['node', 'pod gone', 'pod placed', 'pod itself'],
    prepare: (needs, view) => prepare(needs, view, counts),
    weight: 2,
    scores: (needs, nodes, view) => scores(needs, nodes, view, counts),
  };
}
