import type { Random } from '../../apimachinery/random.ts';
import type { NodeState } from './cluster-state.ts';
import { dynamicResources } from './dynamic-resources.ts';
import { interPodAffinity } from './inter-pod-affinity.ts';
import { nodeAffinity, nodeName, nodePorts, nodeUnschedulable, taintToleration } from './node-plugins.ts';
import type { PodNeeds } from './pod-needs.ts';
import { balancedAllocation, imageLocality, nodeResourcesFit } from './resource-plugins.ts';
import { topologySpread } from './topology-spread.ts';
import {
  type FilterPlugin,
  isRefusal,
  type NodeFilter,
  type ScorePlugin,
  type Verdict,
  type View,
} from './types.ts';
import { volumeBinding, volumeRestrictions, volumeZone } from './volume-plugins.ts';

/** The default profile, in its order. */
export interface Plugins {
  readonly filters: readonly FilterPlugin[];
  readonly scores: readonly ScorePlugin[];
}

export function defaultPlugins(): Plugins {
  const spread = topologySpread();
  return {
    filters: [
      nodeUnschedulable,
      nodeName,
      taintToleration,
      nodeAffinity,
      nodePorts,
      nodeResourcesFit,
      volumeRestrictions,
      volumeBinding,
      volumeZone,
      spread,
      interPodAffinity,
      dynamicResources,
    ],
    scores: [
      taintToleration,
      nodeAffinity,
      nodeResourcesFit,
      spread,
      interPodAffinity,
      balancedAllocation,
      imageLocality,
    ],
  };
}

/** All filters that have something to say about a pod. */
export interface Checks {
  /** Names of the only nodes that the pod can be on, as those of daemons say. */
  readonly only: ReadonlySet<string> | undefined;
  readonly filters: readonly { readonly plugin: string; readonly filter: NodeFilter }[];
  /** No node will do, and why. */
  readonly refusal?: { readonly plugin: string; readonly message: string };
}

export function prepareChecks(needs: PodNeeds, { filters }: Plugins, view: View): Checks {
  const only = namedNodes(needs);
  const prepared: { plugin: string; filter: NodeFilter }[] = [];
  for (const plugin of filters) {
    const filter = plugin.prepare(needs, view);
    if (isRefusal(filter))
      return { only, filters: [], refusal: { plugin: plugin.name, message: filter.message } };
    if (filter) prepared.push({ plugin: plugin.name, filter });
  }
  return { only, filters: prepared };
}

/** Nodes that the pod's required affinity names in every term; undefined when some term does not. */
function namedNodes({ pod }: PodNeeds): ReadonlySet<string> | undefined {
  const required = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const terms = required?.nodeSelectorTerms ?? [];
  const names = terms.map(({ matchFields }) =>
    matchFields?.find(({ key, operator }) => key === 'metadata.name' && operator === 'In'),
  );
  if (names.length === 0 || names.includes(undefined)) return undefined;
  return new Set(names.flatMap((field) => field!.values ?? []));
}

const notNamed: Verdict = {
  reasons: ["node(s) didn't satisfy plugin(s) [NodeAffinity]"],
  resolvable: false,
};

export interface Rejected {
  readonly plugin: string;
  readonly verdict: Verdict;
}

/** The first filter that turns the pod away. */
export function rejection({ filters }: Checks, state: NodeState): Rejected | undefined {
  for (const { plugin, filter } of filters) {
    const verdict = filter(state);
    if (verdict) return { plugin, verdict };
  }
  return undefined;
}

/** Why a pod found no place. */
export interface NoPlace {
  readonly nodes: number;
  readonly refusal: Checks['refusal'];
  readonly rejected: ReadonlyMap<NodeState, Rejected>;
}

/** `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable.` */
export function noPlaceMessage(
  nodes: number,
  refusal: string | undefined,
  reasons: Iterable<readonly string[]>,
): string {
  const start = `0/${nodes} nodes are available:`;
  if (refusal !== undefined) return `${start} ${refusal}.`;
  const counts = new Map<string, number>();
  for (const reason of [...reasons].flat()) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const parts = [...counts].map(([reason, count]) => `${count} ${reason}`).sort();
  return parts.length === 0 ? start : `${start} ${parts.join(', ')}.`;
}

/** With fewer nodes all are looked at; with more, only until this many or this share have been found. */
const minFeasible = 100;
const minSharePercent = 5;

export function feasibleWanted(nodes: number): number {
  if (nodes < minFeasible) return nodes;
  const percent = Math.max(50 - Math.trunc(nodes / 125), minSharePercent);
  return Math.max(Math.trunc((nodes * percent) / 100), minFeasible);
}

const unnamed: Rejected = { plugin: nodeAffinity.name, verdict: notNamed };

/** Where looking begins next time, so that all nodes get their turn. */
export interface Cursor {
  at: number;
}

/** Nodes where the pod can be, as many as are wanted; or why there are none. */
export function feasibleNodes(
  checks: Checks,
  view: View,
  cursor: Cursor,
  rejectionAt: (state: NodeState) => Rejected | undefined = (state) => rejection(checks, state),
): readonly NodeState[] | NoPlace {
  const nodes = view.cluster.nodes();
  const { refusal, only } = checks;
  if (refusal) return { nodes: nodes.length, refusal, rejected: new Map() };
  const rejected = new Map<NodeState, Rejected>();
  const found: NodeState[] = [];
  const wanted = feasibleWanted(nodes.length);
  let looked = 0;
  for (; looked < nodes.length && found.length < wanted; looked++) {
    const state = nodes[(cursor.at + looked) % nodes.length]!;
    const why = only && !only.has(state.name) ? unnamed : rejectionAt(state);
    if (why) rejected.set(state, why);
    else found.push(state);
  }
  cursor.at = nodes.length === 0 ? 0 : (cursor.at + looked) % nodes.length;
  return found.length > 0 ? found : { nodes: nodes.length, refusal: undefined, rejected };
}

/** The best of the nodes; among equals by chance. */
export function bestNode(
  needs: PodNeeds,
  nodes: readonly NodeState[],
  { scores }: Plugins,
  view: View,
  random: Random,
): NodeState {
  if (nodes.length === 1) return nodes[0]!;
  const totals = new Array<number>(nodes.length).fill(0);
  for (const plugin of scores) {
    const given = plugin.scores(needs, nodes, view);
    if (given) for (let at = 0; at < totals.length; at++) totals[at]! += given[at]! * plugin.weight;
  }
  const most = Math.max(...totals);
  const best = nodes.filter((_, at) => totals[at] === most);
  return best[random.int(best.length)]!;
}
