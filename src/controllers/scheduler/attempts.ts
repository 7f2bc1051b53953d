import type { Random } from '../../apimachinery/random.ts';
import type { PodDisruptionBudget } from '../../client/kinds.ts';
import type { NodeState } from './cluster-state.ts';
import type { Nominations } from './nominations.ts';
import {
  bestNode,
  type Cursor,
  feasibleNodes,
  type NoPlace,
  noPlaceMessage,
  type Plugins,
  prepareChecks,
} from './placing.ts';
import type { PodNeeds } from './pod-needs.ts';
import { type Preemption, preempt } from './preemption.ts';
import type { Change, View } from './types.ts';

/** What came of looking for a place. */
export type Attempt =
  | { readonly state: NodeState }
  | {
      readonly message: string;
      /** Who has to go so that there is a place. */
      readonly preemption: Preemption | undefined;
      /** After which changes it is worth looking again. */
      readonly wokenBy: ReadonlySet<Change>;
    };

export interface AttemptTools {
  readonly plugins: Plugins;
  readonly view: View;
  readonly nominations: Nominations;
  readonly random: Random;
  readonly budgets: () => readonly PodDisruptionBudget[];
}

const everyChange: ReadonlySet<Change> = new Set([
  'node',
  'pod gone',
  'pod placed',
  'volume',
  'pod itself',
] as const);

/** Looks for the best place of one pod. Changes nothing but the cursor. */
export function attempt(needs: PodNeeds, cursor: Cursor, tools: AttemptTools): Attempt {
  const { plugins, view, nominations, random } = tools;
  if (view.cluster.nodes().length === 0) {
    return {
      message: 'no nodes available to schedule pods',
      preemption: undefined,
      wokenBy: everyChange,
    };
  }
  const checks = prepareChecks(needs, plugins, view);
  const rejectionAt = nominations.rejectionFor(needs, checks, plugins, view);
  // Where room was made for it, it goes if it can.
  const nominated = view.cluster.node(nominations.nodeOf(needs.uid) ?? '');
  if (nominated && !checks.refusal && !rejectionAt(nominated)) return { state: nominated };
  const found = feasibleNodes(checks, view, cursor, rejectionAt);
  if (!('nodes' in found)) return { state: bestNode(needs, found, plugins, view, random) };
  return failed(needs, found, tools);
}

function failed(needs: PodNeeds, noPlace: NoPlace, tools: AttemptTools): Attempt {
  const { plugins, view, random, nominations, budgets } = tools;
  const preemption = preempt(needs, noPlace, {
    plugins,
    view,
    random,
    budgets: budgets(),
    nominated: nominations.nodeOf(needs.uid),
  });
  const reasons = [...noPlace.rejected.values()].map(({ verdict }) => verdict.reasons);
  const why = noPlaceMessage(noPlace.nodes, noPlace.refusal?.message, reasons);
  return {
    message: typeof preemption === 'string' ? `${why} preemption: ${preemption}` : why,
    preemption: typeof preemption === 'string' ? undefined : preemption,
    wokenBy: wakersOf(noPlace, plugins),
  };
}

function wakersOf({ refusal, rejected }: NoPlace, { filters }: Plugins): ReadonlySet<Change> {
  const names = new Set([...rejected.values()].map(({ plugin }) => plugin));
  if (refusal) names.add(refusal.plugin);
  return new Set(filters.filter(({ name }) => names.has(name)).flatMap(({ wokenBy }) => wokenBy));
}
