import { formatTime, parseTime } from '../../apimachinery/clock.ts';
import type { Job, Pod } from '../../client/kinds.ts';
import { isActive, isFinished, isReady, isTerminating } from '../pod-state.ts';
import { countIndexes, hasIndex, type Indexes, parseIndexes, withIndexes } from './indexes.ts';
import {
  failsByIndex,
  failsIndex,
  failuresBefore,
  finishedMs,
  hasFailed,
  hasSucceeded,
  ignoredBefore,
  indexOf,
  isIndexed,
  isSuspended,
  isTracked,
} from './job-pods.ts';
import { failureVerdict, metSuccessRule } from './policies.ts';

export type JobCondition = NonNullable<NonNullable<Job['status']>['conditions']>[number];
export type JobStatus = NonNullable<Job['status']>;

/** A job and its pods, counted. */
export interface Counted {
  readonly job: Job;
  readonly pods: readonly Pod[];
  readonly active: readonly Pod[];
  readonly terminating: readonly Pod[];
  readonly ready: number;
  /** With those that have ended and are in no count yet. */
  readonly succeeded: number;
  readonly failed: number;
  /** Of indexed jobs. */
  readonly succeededIndexes: Indexes;
  readonly failedIndexes: Indexes;
  /** Of jobs that limit failures by index: the last failed pod of each index that has to be tried again. */
  readonly toReplace: ReadonlyMap<number, Pod>;
}

export function counted(job: Job, pods: readonly Pod[]): Counted {
  const { completions = 0, podFailurePolicy } = job.spec ?? {};
  const { uncountedTerminatedPods: uncounted = {}, ...status } = job.status ?? {};
  const isNew = (pod: Pod, known: readonly string[] = []) =>
    isTracked(pod) &&
    !known.includes(pod.metadata.uid) &&
    (!isIndexed(job) || indexOf(pod, job) !== undefined);
  const newSucceeded = pods.filter((pod) => hasSucceeded(pod) && isNew(pod, uncounted.succeeded));
  const newFailed = pods.filter(
    (pod) =>
      hasFailed(pod, job) && isNew(pod, uncounted.failed) && failureVerdict(podFailurePolicy, pod).counts,
  );
  const active = pods.filter(isActive);
  const succeededIndexes = withIndexes(
    parseIndexes(isIndexed(job) ? status.completedIndexes : '', completions),
    newSucceeded.flatMap((pod) => indexOf(pod, job) ?? []),
  );
  const failedIndexes = failsByIndex(job)
    ? withIndexes(
        parseIndexes(status.failedIndexes, completions),
        pods
          .filter((pod) => isTracked(pod) && failsIndex(pod, job))
          .flatMap((pod) => indexOf(pod, job) ?? []),
      )
    : [];
  return {
    job,
    pods,
    active,
    terminating: pods.filter((pod) => isTerminating(pod) && !isFinished(pod)),
    ready: active.filter(isReady).length,
    succeeded: isIndexed(job)
      ? countIndexes(succeededIndexes)
      : (status.succeeded ?? 0) + newSucceeded.length + (uncounted.succeeded?.length ?? 0),
    failed: (status.failed ?? 0) + newFailed.length + (uncounted.failed?.length ?? 0),
    succeededIndexes,
    failedIndexes,
    toReplace: failsByIndex(job)
      ? podsToReplace(job, pods, active, succeededIndexes, failedIndexes)
      : new Map(),
  };
}

/** They say how often their index has failed, so they stay until there is another that says so. */
function podsToReplace(
  job: Job,
  pods: readonly Pod[],
  active: readonly Pod[],
  succeeded: Indexes,
  failed: Indexes,
): ReadonlyMap<number, Pod> {
  const taken = new Set(active.map((pod) => indexOf(pod, job)));
  const last = new Map<number, Pod>();
  const tries = (pod: Pod) => failuresBefore(pod) + ignoredBefore(pod);
  for (const pod of pods) {
    const index = indexOf(pod, job);
    if (index === undefined || !isTracked(pod) || !hasFailed(pod, job)) continue;
    if (taken.has(index) || hasIndex(succeeded, index) || hasIndex(failed, index)) continue;
    const known = last.get(index);
    if (!known || (tries(known) <= tries(pod) && finishedMs(known) <= finishedMs(pod))) last.set(index, pod);
  }
  return last;
}

export const conditionOf = ({ status }: Job, type: string): JobCondition | undefined =>
  status?.conditions?.find((condition) => condition.type === type);

const isTrue = (condition: JobCondition | undefined): condition is JobCondition =>
  condition?.status === 'True';

/** Has ended, well or not: nothing changes any more. */
export const isJobFinished = (job: Job): boolean =>
  isTrue(conditionOf(job, 'Complete')) || isTrue(conditionOf(job, 'Failed'));

export function jobCondition(
  type: JobCondition['type'],
  reason: string,
  message: string,
  nowMs: number,
  status: 'True' | 'False' = 'True',
): JobCondition {
  const now = formatTime(nowMs);
  return { type, status, lastProbeTime: now, lastTransitionTime: now, reason, message };
}

/** How a job ends, before its pods have: `FailureTarget` or `SuccessCriteriaMet`; undefined while it goes on. */
export function verdictOn(counts: Counted, nowMs: number): JobCondition | undefined {
  const { job } = counts;
  const decided = [conditionOf(job, 'SuccessCriteriaMet'), conditionOf(job, 'FailureTarget')].find(isTrue);
  if (decided) return decided;
  const failure = policyFailure(counts) ?? limitFailure(counts, nowMs) ?? indexFailure(counts);
  if (failure) return jobCondition('FailureTarget', failure.reason, failure.message, nowMs);
  const rule = isIndexed(job) ? metSuccessRule(job.spec!, counts.succeededIndexes) : undefined;
  return rule === undefined ? undefined : jobCondition('SuccessCriteriaMet', 'SuccessPolicy', rule, nowMs);
}

interface Failure {
  readonly reason: string;
  readonly message: string;
}

function policyFailure({ job, pods }: Counted): Failure | undefined {
  for (const pod of job.spec?.podFailurePolicy ? pods : []) {
    if (!hasFailed(pod, job)) continue;
    const { message } = failureVerdict(job.spec?.podFailurePolicy, pod);
    if (message !== undefined) return { reason: 'PodFailurePolicy', message };
  }
  return undefined;
}

function limitFailure({ job, pods, failed }: Counted, nowMs: number): Failure | undefined {
  if (failed > (job.spec?.backoffLimit ?? 6) || restartsTooOften(job, pods)) {
    return { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  }
  if ((deadlineInMs(job, nowMs) ?? 1) <= 0) {
    return { reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
  }
  return undefined;
}

/** Restarts of containers count as failures when they are how a pod tries again. */
function restartsTooOften({ spec }: Job, pods: readonly Pod[]): boolean {
  if (spec?.template.spec?.restartPolicy !== 'OnFailure') return false;
  const limit = spec.backoffLimit ?? 6;
  const restarts = pods
    .filter(({ status }) => status?.phase === 'Running' || status?.phase === 'Pending')
    .flatMap(({ status }) => [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])])
    .reduce((sum, { restartCount }) => sum + restartCount, 0);
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

/** Milliseconds until the job has been active for too long; undefined when it may be for ever. */
export function deadlineInMs(job: Job, nowMs: number): number | undefined {
  const { activeDeadlineSeconds } = job.spec ?? {};
  const startTime = job.status?.startTime;
  if (activeDeadlineSeconds === undefined || !startTime || isSuspended(job)) return undefined;
  return parseTime(startTime) + activeDeadlineSeconds * 1000 - nowMs;
}

function indexFailure({ job, failedIndexes, succeededIndexes }: Counted): Failure | undefined {
  if (!failsByIndex(job)) return undefined;
  const failed = countIndexes(failedIndexes);
  const { maxFailedIndexes, completions = 0 } = job.spec!;
  if (maxFailedIndexes !== undefined && failed > maxFailedIndexes) {
    return {
      reason: 'MaxFailedIndexesExceeded',
      message: 'Job has exceeded the specified maximal number of failed indexes',
    };
  }
  if (failed > 0 && failed + countIndexes(succeededIndexes) >= completions) {
    return { reason: 'FailedIndexes', message: 'Job has failed indexes' };
  }
  return undefined;
}

/** Whether enough pods have succeeded and none is left. */
export function isComplete({ job, succeeded }: Counted, activeLeft: number): boolean {
  const { completions } = job.spec ?? {};
  return activeLeft === 0 && (completions === undefined ? succeeded > 0 : succeeded >= completions);
}
