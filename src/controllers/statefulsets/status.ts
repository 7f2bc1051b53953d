import type { ControllerRevision, Pod, StatefulSet } from '../../client/kinds.ts';
import { availableInMs, isReady, isTerminating } from '../pod-state.ts';
import { replicasOf, revisionNameOf } from './identity.ts';

export type StatefulSetStatus = NonNullable<StatefulSet['status']>;

/** What the pods of a set are made from: before a rollout, and after it. */
export interface SetRevisions {
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
  readonly collisionCount: number;
}

export const isRunningAndReady = (pod: Pod): boolean => pod.status?.phase === 'Running' && isReady(pod);

export const isAvailable = (pod: Pod, { spec }: StatefulSet, nowMs: number): boolean =>
  (availableInMs(pod, spec?.minReadySeconds ?? 0, nowMs) ?? 1) <= 0;

/** Not there for others, or not for long. */
export const isUnavailable = (pod: Pod, set: StatefulSet, nowMs: number): boolean =>
  !isAvailable(pod, set, nowMs) || isTerminating(pod);

export function statusOf(
  set: StatefulSet,
  pods: readonly Pod[],
  { current, update, collisionCount }: SetRevisions,
  nowMs: number,
): StatefulSetStatus {
  const staying = pods.filter((pod) => !isTerminating(pod));
  const madeFrom = ({ metadata }: ControllerRevision) =>
    staying.filter((pod) => revisionNameOf(pod) === metadata.name).length;
  const ready = pods.filter(isRunningAndReady);
  const status = {
    ...(set.metadata.generation === undefined ? {} : { observedGeneration: set.metadata.generation }),
    replicas: pods.length,
    readyReplicas: ready.length,
    availableReplicas: ready.filter((pod) => isAvailable(pod, set, nowMs)).length,
    currentReplicas: madeFrom(current),
    updatedReplicas: madeFrom(update),
    currentRevision: current.metadata.name,
    updateRevision: update.metadata.name,
    collisionCount,
  };
  return isRolledOut(set, status)
    ? { ...status, currentReplicas: status.updatedReplicas, currentRevision: status.updateRevision }
    : status;
}

function isRolledOut(set: StatefulSet, status: StatefulSetStatus): boolean {
  const replicas = replicasOf(set);
  return (
    set.spec?.updateStrategy?.type !== 'OnDelete' &&
    status.updatedReplicas === replicas &&
    status.readyReplicas === replicas &&
    status.replicas === replicas
  );
}

const counts = [
  'replicas',
  'readyReplicas',
  'availableReplicas',
  'currentReplicas',
  'updatedReplicas',
] as const;
const texts = ['currentRevision', 'updateRevision'] as const;

/** Whether a set says other things than it should. */
export const isOutdated = ({ status }: StatefulSet, next: StatefulSetStatus): boolean =>
  (next.observedGeneration ?? 0) > (status?.observedGeneration ?? 0) ||
  (next.collisionCount ?? 0) > (status?.collisionCount ?? 0) ||
  counts.some((field) => (status?.[field] ?? 0) !== (next[field] ?? 0)) ||
  texts.some((field) => (status?.[field] ?? '') !== (next[field] ?? ''));

/** When the next pod that is ready will have been so for long enough. */
export function nextAvailableInMs(set: StatefulSet, pods: readonly Pod[], nowMs: number): number | undefined {
  const waits = pods
    .map((pod) => availableInMs(pod, set.spec?.minReadySeconds ?? 0, nowMs))
    .filter((wait) => wait !== undefined && wait > 0);
  return waits.length === 0 ? undefined : Math.min(...(waits as number[]));
}
