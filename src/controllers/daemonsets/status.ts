import type { DaemonSet } from '../../client/kinds.ts';
import { availableInMs, isReady } from '../pod-state.ts';
import { isAvailable, isUpdated, type NodePods } from './node-pods.ts';

export type DaemonSetStatus = NonNullable<DaemonSet['status']>;

export function statusOf(
  set: DaemonSet,
  nodes: readonly NodePods[],
  hash: string,
  nowMs: number,
): DaemonSetStatus {
  const wanted = nodes.filter(({ shouldRun }) => shouldRun);
  const first = wanted.map(({ pods }) => pods[0]).filter((pod) => pod !== undefined);
  const available = first.filter((pod) => isReady(pod) && isAvailable(pod, set, nowMs)).length;
  return {
    ...set.status,
    ...(set.metadata.generation === undefined ? {} : { observedGeneration: set.metadata.generation }),
    desiredNumberScheduled: wanted.length,
    currentNumberScheduled: first.length,
    numberMisscheduled: nodes.filter(({ shouldRun, pods }) => !shouldRun && pods.length > 0).length,
    numberReady: first.filter(isReady).length,
    updatedNumberScheduled: first.filter((pod) => isUpdated(pod, set, hash)).length,
    numberAvailable: available,
    numberUnavailable: wanted.length - available,
  };
}

const counts = [
  'desiredNumberScheduled',
  'currentNumberScheduled',
  'numberMisscheduled',
  'numberReady',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
] as const;

/** Whether a set says other things than it should. */
export const isOutdated = ({ status }: DaemonSet, next: DaemonSetStatus): boolean =>
  (next.observedGeneration ?? 0) > (status?.observedGeneration ?? 0) ||
  counts.some((field) => (status?.[field] ?? 0) !== (next[field] ?? 0));

/** When the next pod that is ready will have been so for long enough. */
export function nextAvailableInMs(
  set: DaemonSet,
  nodes: readonly NodePods[],
  nowMs: number,
): number | undefined {
  const waits = nodes
    .flatMap(({ pods }) => pods)
    .map((pod) => availableInMs(pod, set.spec?.minReadySeconds ?? 0, nowMs))
    .filter((wait) => wait !== undefined && wait > 0);
  return waits.length === 0 ? undefined : Math.min(...(waits as number[]));
}
