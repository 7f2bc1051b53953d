import { formatTime } from '../../apimachinery/clock.ts';
import { jsonEqual } from '../../apimachinery/object.ts';
import type { Objects } from '../../client/client.ts';
import { unlessNotFound } from '../../client/failure.ts';
import type { Job, Pod } from '../../client/kinds.ts';
import { formatIndexes, hasIndex, parseIndexes, withIndexes } from './indexes.ts';
import {
  failsByIndex,
  hasFailed,
  hasSucceeded,
  indexOf,
  isIndexed,
  isTracked,
  trackingFinalizer,
} from './job-pods.ts';
import { type Counted, conditionOf, type JobCondition, type JobStatus, jobCondition } from './judgement.ts';
import { failureVerdict } from './policies.ts';

export interface TrackingTools {
  readonly jobs: Objects<Job>;
  readonly pods: Objects<Pod>;
  readonly nowMs: () => number;
}

/** Pods counted in one go, so that their uids do not make a job too large. */
const maxUncounted = 500;

/** Lets a pod go whose end is counted, or is nobody's any more. */
export async function release(pods: Objects<Pod>, pod: Pod): Promise<void> {
  const { namespace, name, uid } = pod.metadata;
  const metadata = { uid, '$deleteFromPrimitiveList/finalizers': [trackingFinalizer] };
  await unlessNotFound(pods.patch(namespace, name, 'strategic', { metadata }));
}

/**
 * Counts every pod that has ended exactly once, whatever happens in between: first its uid is written down in the status, then its
 * finalizer is taken away, then it is counted and its uid forgotten. `status` is what else is to be said; `end` how the job ends.
 * Resolves with the job as it is then, and whether it has ended.
 */
export async function track(
  counts: Counted,
  status: JobStatus,
  end: JobCondition | undefined,
  tools: TrackingTools,
): Promise<{ readonly job: Job; readonly ended: JobCondition | undefined }> {
  const { pods } = counts;
  const tracked = new Map(pods.filter(isTracked).map((pod) => [pod.metadata.uid, pod]));
  const settled = pods.filter((pod) => isTracked(pod) && maySettle(counts, pod, end));
  const few = settled.slice(0, maxUncounted);
  let { job } = counts;
  const write = async (next: JobStatus) => {
    if (jsonEqual(bare(job.status), bare(next))) return;
    job = await tools.jobs.updateStatus({ ...job, status: next });
  };
  await write(
    withUncounted(
      counts,
      withoutCounted(status, (uid) => tracked.has(uid)),
      few,
      end,
    ),
  );
  const released = new Set<string>();
  const work = few.map(async (pod) => {
    await release(tools.pods, pod);
    released.add(pod.metadata.uid);
  });
  const failure = (await Promise.allSettled(work)).find((result) => result.status === 'rejected');
  const left = withoutCounted(job.status ?? {}, (uid) => tracked.has(uid) && !released.has(uid));
  const mayEnd = end && !failure && few.length === settled.length && counts.terminating.length === 0;
  const ended = mayEnd && !hasUncounted(left) ? finalCondition(end, tools.nowMs()) : undefined;
  await write(ended ? withEnd(left, ended) : left);
  if (failure) throw failure.reason;
  return { job, ended };
}

/** Whether nothing more depends on the pod's end. */
function maySettle({ job, toReplace }: Counted, pod: Pod, end: JobCondition | undefined): boolean {
  if (job.metadata.deletionTimestamp !== undefined || end || hasSucceeded(pod)) return true;
  if (!hasFailed(pod, job)) return false;
  const index = indexOf(pod, job);
  return index === undefined || toReplace.get(index)?.metadata.uid !== pod.metadata.uid;
}

/** Status as it is compared: what is empty or zero is not there after a write. */
function bare({ uncountedTerminatedPods: uncounted, ...rest }: JobStatus = {}): object {
  const said = Object.entries(rest).filter(
    ([name, value]) =>
      value !== undefined && value !== '' && (value !== 0 || name === 'ready' || name === 'terminating'),
  );
  const { succeeded = [], failed = [] } = uncounted ?? {};
  return { ...Object.fromEntries(said), uncounted: { succeeded, failed } };
}

const hasUncounted = ({ uncountedTerminatedPods: uncounted }: JobStatus): boolean =>
  (uncounted?.succeeded?.length ?? 0) + (uncounted?.failed?.length ?? 0) > 0;

/** Pods that are written down and no longer held are counted. */
function withoutCounted(status: JobStatus, isHeld: (uid: string) => boolean): JobStatus {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const left = { succeeded: succeeded.filter(isHeld), failed: failed.filter(isHeld) };
  return {
    ...status,
    succeeded: (status.succeeded ?? 0) + succeeded.length - left.succeeded.length,
    failed: (status.failed ?? 0) + failed.length - left.failed.length,
    uncountedTerminatedPods: left,
  };
}

/** The status with the pods written down that are about to be let go. */
function withUncounted(
  { job, succeededIndexes, failedIndexes }: Counted,
  status: JobStatus,
  settled: readonly Pod[],
  end: JobCondition | undefined,
): JobStatus {
  const { completions = 0, podFailurePolicy } = job.spec!;
  const uncounted = status.uncountedTerminatedPods ?? {};
  const succeeded = [...(uncounted.succeeded ?? [])];
  const failed = [...(uncounted.failed ?? [])];
  const before = parseIndexes(job.status?.completedIndexes, completions);
  const fails = end !== undefined && end.type !== 'SuccessCriteriaMet';
  for (const pod of settled) {
    const { uid } = pod.metadata;
    const counts = !isIndexed(job) || indexOf(pod, job) !== undefined;
    if (hasSucceeded(pod) && !failed.includes(uid)) {
      if (!isIndexed(job) && !succeeded.includes(uid)) succeeded.push(uid);
    } else if ((hasFailed(pod, job) || fails) && counts && !failed.includes(uid)) {
      if (failureVerdict(podFailurePolicy, pod).counts) failed.push(uid);
    }
  }
  const done = withIndexes(
    before,
    [...settled]
      .filter(hasSucceeded)
      .flatMap((pod) => indexOf(pod, job) ?? [])
      .filter((index) => hasIndex(succeededIndexes, index)),
  );
  return {
    ...status,
    ...(end && !conditionOf(job, end.type) ? { conditions: [...(status.conditions ?? []), end] } : {}),
    ...(isIndexed(job) ? { completedIndexes: formatIndexes(done), succeeded: sizeOf(done) } : {}),
    ...(failsByIndex(job) ? { failedIndexes: formatIndexes(failedIndexes) } : {}),
    uncountedTerminatedPods: { succeeded, failed },
  };
}

const sizeOf = (indexes: ReturnType<typeof parseIndexes>): number =>
  indexes.reduce((sum, [first, last]) => sum + last - first + 1, 0);

const finalCondition = ({ type, reason = '', message = '' }: JobCondition, nowMs: number): JobCondition =>
  jobCondition(type === 'SuccessCriteriaMet' ? 'Complete' : 'Failed', reason, message, nowMs);

const withEnd = (status: JobStatus, end: JobCondition): JobStatus => ({
  ...status,
  conditions: [...(status.conditions ?? []).filter(({ type }) => type !== end.type), end],
  ...(end.type === 'Complete' ? { completionTime: end.lastTransitionTime ?? formatTime(0) } : {}),
});
