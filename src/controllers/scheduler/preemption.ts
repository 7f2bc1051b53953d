import { parseTime } from '../../apimachinery/clock.ts';
import { selectorFromLabelSelector } from '../../apimachinery/label-selector.ts';
import type { Random } from '../../apimachinery/random.ts';
import type { PodDisruptionBudget } from '../../client/kinds.ts';
import { conditionOf, isTerminating } from '../pod-state.ts';
import { addPod, type NodeState, takePod } from './cluster-state.ts';
import {
  type NoPlace,
  noPlaceMessage,
  type Plugins,
  prepareChecks,
  type Rejected,
  rejection,
} from './placing.ts';
import type { PodNeeds } from './pod-needs.ts';
import type { View } from './types.ts';

/** Whom to take a place from. */
export interface Preemption {
  readonly state: NodeState;
  /** The most important first. */
  readonly victims: readonly PodNeeds[];
}

export interface PreemptionTools {
  readonly plugins: Plugins;
  readonly view: View;
  readonly budgets: readonly PodDisruptionBudget[];
  readonly random: Random;
  /** The node on which room was already made for the pod. */
  readonly nominated: string | undefined;
}

interface Candidate extends Preemption {
  /** Victims whose budget allows no disruption. */
  readonly violations: number;
}

const unhelpful = ['Preemption is not helpful for scheduling'];
const nobody: Rejected = {
  plugin: 'DefaultPreemption',
  verdict: { reasons: ['No preemption victims found for incoming pod'], resolvable: false },
};
/** Candidates that are worked out: this share of the nodes, and at least so many. */
const candidateShare = 0.1;
const minCandidates = 100;

/** A node where the pod finds a place if less important pods go; or why there is none, in the reference server's words. */
export function preempt(needs: PodNeeds, noPlace: NoPlace, tools: PreemptionTools): Preemption | string {
  const ineligible = whyIneligible(needs, noPlace, tools);
  if (ineligible !== undefined) return ineligible;
  const possible = [...noPlace.rejected]
    .filter(([, { verdict }]) => verdict.resolvable)
    .map(([state]) => state);
  const wanted = Math.max(Math.trunc(possible.length * candidateShare), minCandidates);
  const chance = possible.length === 0 ? 0 : tools.random.int(possible.length);
  // Who was interrupted while room was made goes on where it was begun.
  const begun = possible.findIndex(({ name }) => name === tools.nominated);
  const offset = begun === -1 ? chance : begun;
  const candidates: Candidate[] = [];
  const reasons: (readonly string[])[] = [];
  for (let at = 0; at < possible.length && candidates.length < wanted; at++) {
    const found = candidateOn(needs, possible[(offset + at) % possible.length]!, tools);
    if ('victims' in found) candidates.push(found);
    else reasons.push(found.verdict.reasons);
  }
  if (candidates.length > 0) return best(candidates);
  for (let rest = noPlace.nodes - reasons.length; rest > 0; rest--) reasons.push(unhelpful);
  return noPlaceMessage(noPlace.nodes, undefined, reasons);
}

function whyIneligible(
  { pod, priority }: PodNeeds,
  noPlace: NoPlace,
  tools: PreemptionTools,
): string | undefined {
  if (pod.spec?.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  const state = tools.nominated === undefined ? undefined : tools.view.cluster.node(tools.nominated);
  if (!state || noPlace.rejected.get(state)?.verdict.resolvable === false) return undefined;
  for (const other of state.pods.values()) {
    if (other.priority < priority && isLeaving(other)) {
      return 'not eligible due to a terminating pod on the nominated node.';
    }
  }
  return undefined;
}

const isLeaving = ({ pod }: PodNeeds): boolean =>
  isTerminating(pod) && conditionOf(pod, 'DisruptionTarget')?.reason === 'PreemptionByScheduler';

/**
 * Who would have to go from this node: all less important pods are taken away, and then, the most important first, as many are put
 * back as leave room. The node is as before afterwards.
 */
function candidateOn(
  needs: PodNeeds,
  state: NodeState,
  { plugins, view, budgets }: PreemptionTools,
): Candidate | Rejected {
  const weaker = [...state.pods.values()]
    .filter(({ priority }) => priority < needs.priority)
    .sort(byImportance);
  if (weaker.length === 0) return nobody;
  const rejectionNow = (): Rejected | undefined => {
    const checks = prepareChecks(needs, plugins, view);
    return checks.refusal ? nobody : rejection(checks, state);
  };
  for (const other of weaker) takePod(state, other);
  const victims = new Set(weaker);
  try {
    const why = rejectionNow();
    if (why) return why;
    const { violating, others } = byBudget(weaker, budgets);
    for (const other of [...violating, ...others]) {
      addPod(state, other);
      if (rejectionNow()) takePod(state, other);
      else victims.delete(other);
    }
    const violations = violating.filter((other) => victims.has(other)).length;
    return { state, victims: [...victims], violations };
  } finally {
    for (const other of weaker) if (!state.pods.has(other.uid)) addPod(state, other);
  }
}

const startedMs = ({ pod }: PodNeeds): number =>
  parseTime(pod.status?.startTime ?? '') || Number.POSITIVE_INFINITY;

/** Higher priority first, and then who has been there longer. */
const byImportance = (a: PodNeeds, b: PodNeeds): number =>
  b.priority - a.priority || compare(startedMs(a), startedMs(b));

const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

/** Pods whose budget would be overdrawn if they all went, and those that may go. */
function byBudget(pods: readonly PodNeeds[], budgets: readonly PodDisruptionBudget[]) {
  const left = budgets.map(({ metadata, spec, status }) => ({
    namespace: metadata.namespace,
    selector: selectorFromLabelSelector(spec?.selector),
    disrupted: status?.disruptedPods ?? {},
    allowed: status?.disruptionsAllowed ?? 0,
  }));
  const violating: PodNeeds[] = [];
  const others: PodNeeds[] = [];
  for (const needs of pods) {
    const own = left.filter(
      ({ namespace, selector, disrupted }) =>
        namespace === needs.namespace &&
        !selector.empty &&
        selector.matches(needs.labels) &&
        !Object.hasOwn(disrupted, needs.pod.metadata.name),
    );
    for (const budget of own) budget.allowed--;
    if (own.some(({ allowed }) => allowed < 0)) violating.push(needs);
    else others.push(needs);
  }
  return { violating, others };
}

/** Priorities may be negative; many weak victims must not weigh less than few. */
const lowest = 2 ** 31;

/** Criteria in order; less is better. */
const criteria: readonly ((candidate: Candidate) => number)[] = [
  ({ violations }) => violations,
  ({ victims }) => Math.max(...victims.map(({ priority }) => priority)),
  ({ victims }) => victims.reduce((sum, { priority }) => sum + priority + lowest, 0),
  ({ victims }) => victims.length,
  ({ victims }) => {
    const highest = Math.max(...victims.map(({ priority }) => priority));
    return -Math.min(...victims.filter(({ priority }) => priority === highest).map(startedMs));
  },
];

function best(candidates: readonly Candidate[]): Candidate {
  let left = candidates;
  for (const criterion of criteria) {
    const values = left.map(criterion);
    const least = Math.min(...values);
    left = left.filter((_, at) => values[at] === least);
    if (left.length === 1) break;
  }
  return left[0]!;
}
