import type { LabelSelector } from '../../apimachinery/label-selector.ts';
import type { ClusterState, NodeState } from './cluster-state.ts';
import type { PodNeeds } from './pod-needs.ts';
import type { VolumeView } from './volume-view.ts';

/** What changed in a cluster, as far as a pod that found no place may find one now. */
export type Change = 'node' | 'pod gone' | 'pod placed' | 'volume' | 'pod itself';

/** Why a pod cannot be on a node. */
export interface Verdict {
  /** Words of the reference server, without its count of nodes. */
  readonly reasons: readonly string[];
  /** Whether it could be there if other pods went away. */
  readonly resolvable: boolean;
}

/** Why a pod cannot be on any node. */
export interface Refusal {
  readonly message: string;
}

export type NodeFilter = (state: NodeState) => Verdict | undefined;

/** All that plugins may look at. Nothing changes while a pod is being placed. */
export interface View {
  readonly cluster: ClusterState;
  readonly volumes: VolumeView;
  readonly labelsOfNamespace: (name: string) => Readonly<Record<string, string>> | undefined;
  /** What selects the pod and its siblings: services and its controller; undefined when nothing does. */
  readonly siblingsOf: (needs: PodNeeds) => LabelSelector | undefined;
}

export interface FilterPlugin {
  readonly name: string;
  /** After which changes a pod that this one has turned away is looked at again. */
  readonly wokenBy: readonly Change[];
  /** Looks at the pod once: undefined when every node will do. */
  prepare(needs: PodNeeds, view: View): NodeFilter | Refusal | undefined;
}

export interface ScorePlugin {
  readonly name: string;
  readonly weight: number;
  /** For each of the nodes a score from 0 to 100; undefined when they are all alike. */
  scores(needs: PodNeeds, nodes: readonly NodeState[], view: View): readonly number[] | undefined;
}

export const isRefusal = (prepared: NodeFilter | Refusal | undefined): prepared is Refusal =>
  typeof prepared === 'object';

export const maxScore = 100;

/** The greatest becomes 100, the others in proportion; turned around when less is better. */
export function normalized(scores: readonly number[], reverse = false): readonly number[] {
  const greatest = Math.max(...scores);
  if (greatest === 0) return scores.map(() => (reverse ? maxScore : 0));
  return scores.map((score) => {
    const share = Math.floor((maxScore * score) / greatest);
    return reverse ? maxScore - share : share;
  });
}
