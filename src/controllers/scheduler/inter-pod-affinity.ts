import type { NodeState } from './cluster-state.ts';
import { type AffinityTerm, type PodNeeds, termMatches } from './pod-needs.ts';
import {
  type FilterPlugin,
  maxScore,
  type NodeFilter,
  type ScorePlugin,
  type Verdict,
  type View,
} from './types.ts';

const keptAway: Verdict = {
  reasons: ["node(s) didn't satisfy existing pods anti-affinity rules"],
  resolvable: true,
};
const notNear: Verdict = { reasons: ["node(s) didn't match pod affinity rules"], resolvable: false };
const tooNear: Verdict = { reasons: ["node(s) didn't match pod anti-affinity rules"], resolvable: true };

/** How often something holds in a topology domain: label key and value of nodes. */
class DomainCounts {
  readonly #counts = new Map<string, Map<string, number>>();

  get size(): number {
    return this.#counts.size;
  }

  /** Nodes without the label are in no domain. */
  add(key: string, { labels }: NodeState, by = 1): void {
    const value = labels[key];
    if (value === undefined) return;
    let values = this.#counts.get(key);
    if (!values) this.#counts.set(key, (values = new Map()));
    values.set(value, (values.get(value) ?? 0) + by);
  }

  /** 0 in a domain of which nothing is known. */
  in(key: string, { labels }: NodeState): number {
    const value = labels[key];
    return value === undefined ? 0 : (this.#counts.get(key)?.get(value) ?? 0);
  }

  keys(): Iterable<string> {
    return this.#counts.keys();
  }

  /** Over all domains that the node is in. */
  sumAt(state: NodeState): number {
    let sum = 0;
    for (const key of this.#counts.keys()) sum += this.in(key, state);
    return sum;
  }
}

/** Domains out of which pods that are there keep this one. */
function domainsKeptFrom(needs: PodNeeds, { cluster, labelsOfNamespace }: View): DomainCounts {
  const counts = new DomainCounts();
  for (const state of cluster.antiAffinityNodes) {
    for (const other of state.withAntiAffinity.values()) {
      for (const term of other.requiredAntiAffinity) {
        if (termMatches(term, needs, labelsOfNamespace)) counts.add(term.topologyKey, state);
      }
    }
  }
  return counts;
}

/** Domains with pods of which all of these terms speak. */
function domainsOfAll(terms: readonly AffinityTerm[], view: View): DomainCounts {
  return domainsOf(terms, view, (other, matches) =>
    terms.every((term) => matches(term, other)) ? terms : [],
  );
}

/** Domains with pods of which one of these terms speaks. */
function domainsOfAny(terms: readonly AffinityTerm[], view: View): DomainCounts {
  return domainsOf(terms, view, (other, matches) => terms.filter((term) => matches(term, other)));
}

function domainsOf(
  terms: readonly AffinityTerm[],
  { cluster, labelsOfNamespace }: View,
  counted: (
    other: PodNeeds,
    matches: (term: AffinityTerm, other: PodNeeds) => boolean,
  ) => readonly AffinityTerm[],
): DomainCounts {
  const counts = new DomainCounts();
  if (terms.length === 0) return counts;
  const matches = (term: AffinityTerm, other: PodNeeds) => termMatches(term, other, labelsOfNamespace);
  for (const state of cluster.nodes()) {
    for (const other of state.pods.values()) {
      for (const term of counted(other, matches)) counts.add(term.topologyKey, state);
    }
  }
  return counts;
}

function prepare(needs: PodNeeds, view: View): NodeFilter | undefined {
  const { requiredAffinity, requiredAntiAffinity } = needs;
  const kept = domainsKeptFrom(needs, view);
  if (kept.size === 0 && requiredAffinity.length === 0 && requiredAntiAffinity.length === 0) return undefined;
  const near = domainsOfAll(requiredAffinity, view);
  const away = domainsOfAny(requiredAntiAffinity, view);
  // The first of pods that want to be together may be anywhere.
  const isFirst =
    near.size === 0 && requiredAffinity.every((term) => termMatches(term, needs, view.labelsOfNamespace));
  const isNear = (state: NodeState) =>
    requiredAffinity.every(({ topologyKey }) => state.labels[topologyKey] !== undefined) &&
    (isFirst || requiredAffinity.every(({ topologyKey }) => near.in(topologyKey, state) > 0));
  return (state) => {
    if (!isNear(state)) return notNear;
    if (requiredAntiAffinity.some(({ topologyKey }) => away.in(topologyKey, state) > 0)) return tooNear;
    return kept.sumAt(state) > 0 ? keptAway : undefined;
  };
}

/** What the preferences of a pod, and of those that are there, say of each domain. */
function preferences(needs: PodNeeds, { cluster, labelsOfNamespace }: View): DomainCounts {
  const counts = new DomainCounts();
  const speak = (terms: readonly AffinityTerm[], of: PodNeeds, state: NodeState, weight?: number) => {
    for (const term of terms) {
      if (termMatches(term, of, labelsOfNamespace))
        counts.add(term.topologyKey, state, weight ?? term.weight);
    }
  };
  const ofOwn = needs.preferredAffinity;
  for (const state of ofOwn.length > 0 ? cluster.nodes() : cluster.affinityNodes) {
    for (const other of ofOwn.length > 0 ? state.pods.values() : state.withAffinity.values()) {
      speak(ofOwn, other, state);
      speak(other.requiredAffinity, needs, state, 1);
      speak(other.preferredAffinity, needs, state);
    }
  }
  return counts;
}

export const interPodAffinity: FilterPlugin & ScorePlugin = {
  name: 'InterPodAffinity',
  wokenBy: ['node', 'pod gone', 'pod placed', 'pod itself'],
  prepare,
  weight: 2,
  scores(needs, nodes, view) {
    const counts = preferences(needs, view);
    if (counts.size === 0) return undefined;
    const sums = nodes.map((state) => counts.sumAt(state));
    const [least, most] = [Math.min(...sums), Math.max(...sums)];
    return sums.map((sum) => (most > least ? Math.floor((maxScore * (sum - least)) / (most - least)) : 0));
  },
};
