import { parseTime } from '../../apimachinery/clock.ts';
import type { Job, Pod } from '../../client/kinds.ts';
import { conditionOf, isTerminating } from '../pod-state.ts';
import { failureVerdict } from './policies.ts';

/** Keeps a pod until its end has been counted. */
export const trackingFinalizer = 'batch.kubernetes.io/job-tracking';
export const indexName = 'batch.kubernetes.io/job-completion-index';
export const failureCountName = 'batch.kubernetes.io/job-index-failure-count';
export const ignoredCountName = 'batch.kubernetes.io/job-index-ignored-failure-count';

export const isTracked = ({ metadata }: Pod): boolean =>
  metadata.finalizers?.includes(trackingFinalizer) === true;

export const isIndexed = ({ spec }: Job): boolean => spec?.completionMode === 'Indexed';
export const isSuspended = ({ spec }: Job): boolean => spec?.suspend === true;
export const failsByIndex = (job: Job): boolean =>
  isIndexed(job) && job.spec?.backoffLimitPerIndex !== undefined;

/** Whether a pod is only replaced once it has failed, and not as soon as it begins to end. */
export const waitsForFailure = ({ spec }: Job): boolean =>
  spec?.podReplacementPolicy === 'Failed' || spec?.podFailurePolicy !== undefined;

/** The index that a pod works on; undefined when it has none, or one that is none of the job's. */
export function indexOf({ metadata }: Pod, { spec }: Job): number | undefined {
  const text = metadata.annotations?.[indexName] ?? '';
  const index = /^\d+$/.test(text) ? Number(text) : undefined;
  return index !== undefined && index < (spec?.completions ?? 0) ? index : undefined;
}

export const hasSucceeded = ({ status }: Pod): boolean => status?.phase === 'Succeeded';

/** A pod on its way out counts as failed, as it may never get there; unless the job waits for that. */
export const hasFailed = (pod: Pod, job: Job): boolean =>
  pod.status?.phase === 'Failed' || (!waitsForFailure(job) && isTerminating(pod) && !hasSucceeded(pod));

const count = ({ metadata }: Pod, name: string): number => Number(metadata.annotations?.[name] ?? 0) || 0;

export const failuresBefore = (pod: Pod): number => count(pod, failureCountName);
export const ignoredBefore = (pod: Pod): number => count(pod, ignoredCountName);

/** Whether nothing more is tried for the pod's index. */
export function failsIndex(pod: Pod, job: Job): boolean {
  if (!hasFailed(pod, job)) return false;
  const { counts, action } = failureVerdict(job.spec?.podFailurePolicy, pod);
  return action === 'FailIndex' || (counts && failuresBefore(pod) >= (job.spec?.backoffLimitPerIndex ?? 0));
}

/** When a pod ended, in milliseconds since the epoch. */
export function finishedMs(pod: Pod): number {
  const sidecars = (pod.spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const states = [
    ...(pod.status?.containerStatuses ?? []),
    ...(pod.status?.initContainerStatuses ?? []).filter(({ name }) =>
      sidecars.some((one) => one.name === name),
    ),
  ];
  const ends = states.map(({ state }) => parseTime(state?.terminated?.finishedAt ?? ''));
  const last = Math.max(...ends);
  if (ends.length > 0 && Number.isFinite(last)) return last;
  const ready = conditionOf(pod, 'Ready');
  if (ready?.status === 'False') return parseTime(ready.lastTransitionTime ?? '') || 0;
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, creationTimestamp } = pod.metadata;
  if (deletionTimestamp === undefined) return parseTime(creationTimestamp);
  return parseTime(deletionTimestamp) - deletionGracePeriodSeconds * 1000;
}

/** Pauses before a failed pod is replaced: doubled with each failure. */
const firstPauseMs = 10_000;
const longestPauseMs = 600_000;

/** Milliseconds until the next pod may be made after so many failures in a row; 0 when it may be now. */
export function pauseAfterMs(failures: number, lastFailureMs: number, nowMs: number): number {
  if (failures === 0) return 0;
  const pause = Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs);
  return Math.max(lastFailureMs + pause - nowMs, 0);
}

/** The same after the failures of these pods since one of them succeeded. */
export function pauseMs(pods: readonly Pod[], job: Job, nowMs: number): number {
  const lastSuccessMs = Math.max(...pods.filter(hasSucceeded).map(finishedMs));
  const failures = pods
    .filter((pod) => hasFailed(pod, job))
    .map(finishedMs)
    .filter((ms) => ms > lastSuccessMs);
  return pauseAfterMs(failures.length, Math.max(...failures), nowMs);
}
