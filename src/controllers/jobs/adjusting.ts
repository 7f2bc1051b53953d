import { type Job, jobs, type Pod } from '../../client/kinds.ts';
import { podsToDelete } from '../deletion-order.ts';
import type { PodControl } from '../pod-control.ts';
import { isReady } from '../pod-state.ts';
import { slowStart } from '../slow-start.ts';
import { missingIndexes, union, withIndexes } from './indexes.ts';
import {
  failsByIndex,
  failuresBefore,
  finishedMs,
  ignoredBefore,
  indexOf,
  isIndexed,
  isSuspended,
  pauseAfterMs,
  pauseMs,
  waitsForFailure,
} from './job-pods.ts';
import type { Counted, JobCondition } from './judgement.ts';
import { draftFor } from './pod-drafts.ts';

/** Pods made or deleted in one go (`MaxPodCreateDeletePerSync`). */
const burst = 500;

/** What was done about the pods. */
export interface Change {
  readonly active: number;
  readonly ready: number;
  readonly deleted: readonly Pod[];
  /** Look again after this, in milliseconds. */
  readonly againMs?: number | undefined;
  readonly failure?: Error | undefined;
}

interface AdjustTools {
  readonly control: PodControl;
  readonly nowMs: number;
}

/** Makes or deletes pods so that as many work as should; none when the job has ended. */
export async function adjust(
  counts: Counted,
  verdict: JobCondition | undefined,
  tools: AdjustTools,
): Promise<Change> {
  const { job: owner, active, ready } = counts;
  if (verdict) return removed(counts, active, tools);
  if (owner.metadata.deletionTimestamp !== undefined) return { active: active.length, ready, deleted: [] };
  const wanted = isSuspended(owner) ? 0 : wantedActive(counts);
  const surplus = surplusPods(counts, active.length - wanted, tools.nowMs).slice(0, burst);
  if (surplus.length > 0) return removed(counts, surplus, tools);
  const waitingFor = waitsForFailure(owner) ? counts.terminating.length : 0;
  const lacking = Math.min(wanted - waitingFor - active.length, burst);
  return lacking > 0 ? added(counts, lacking, tools) : { active: active.length, ready, deleted: [] };
}

function wantedActive({ job: owner, active, succeeded }: Counted): number {
  const { completions, parallelism = 1 } = owner.spec ?? {};
  if (completions === undefined) return succeeded > 0 ? active.length : parallelism;
  return Math.max(Math.min(completions - succeeded, parallelism), 0);
}

/** Pods to delete: of indexed jobs those whose index another works on, or that have none; and then so many as are too many. */
function surplusPods({ job: owner, active }: Counted, count: number, nowMs: number): readonly Pod[] {
  const doubled = isIndexed(owner) ? doubledPods(owner, active) : [];
  const rest = active.filter((pod) => !doubled.includes(pod));
  const more = Math.max(count - doubled.length, 0);
  return more === 0 ? doubled : [...doubled, ...podsToDelete(rest, [], more, nowMs)];
}

function doubledPods(owner: Job, active: readonly Pod[]): readonly Pod[] {
  const working = new Set<number>();
  // Whoever looks keeps the same ones: those of the same second have an order too.
  const age = ({ metadata }: Pod) => metadata.creationTimestamp + metadata.uid;
  const byAge = [...active].sort((a, b) => (age(a) < age(b) ? -1 : 1));
  return byAge.filter((pod) => {
    const index = indexOf(pod, owner);
    if (index === undefined || working.has(index)) return true;
    working.add(index);
    return false;
  });
}

async function removed(
  { job: owner, active, ready }: Counted,
  doomed: readonly Pod[],
  { control }: AdjustTools,
): Promise<Change> {
  const results = await Promise.allSettled(doomed.map((pod) => control.delete(jobs, owner, pod)));
  const deleted = doomed.filter((_, at) => results[at]!.status === 'fulfilled');
  const failed = results.find((result) => result.status === 'rejected');
  return {
    active: active.length - deleted.length,
    ready: ready - deleted.filter(isReady).length,
    deleted,
    failure: failed?.reason as Error | undefined,
  };
}

async function added(counts: Counted, lacking: number, { control, nowMs }: AdjustTools): Promise<Change> {
  const { job: owner, active, pods: all, ready } = counts;
  const unchanged = { active: active.length, ready, deleted: [] };
  const pause = failsByIndex(owner) ? 0 : pauseMs(all, owner, nowMs);
  if (pause > 0) return { ...unchanged, againMs: pause };
  const { indexes, againMs } = isIndexed(owner)
    ? nextIndexes(counts, lacking, nowMs)
    : { indexes: new Array<undefined>(lacking).fill(undefined), againMs: undefined };
  let made = 0;
  let next = 0;
  const failure = await slowStart(indexes.length, async () => {
    const index = indexes[next++];
    const replaced = index === undefined ? undefined : counts.toReplace.get(index);
    if (await control.create(jobs, owner, draftFor(owner, index, replaced))) made++;
  }).catch((error: Error) => error);
  return { active: active.length + made, ready, deleted: [], againMs, failure: failure ?? undefined };
}

/** Indexes that nobody works on, in order; those that have failed once their pause is over. */
function nextIndexes(counts: Counted, count: number, nowMs: number) {
  const { job: owner, active, terminating, succeededIndexes, failedIndexes, toReplace } = counts;
  const busy = waitsForFailure(owner) ? [...active, ...terminating] : active;
  const taken = union(
    withIndexes(
      succeededIndexes,
      busy.flatMap((pod) => indexOf(pod, owner) ?? []),
    ),
    failedIndexes,
  );
  const missing = missingIndexes(taken, count, owner.spec?.completions ?? 0);
  const pauses = missing.map((index) => {
    const last = toReplace.get(index);
    return last ? pauseAfterMs(failuresBefore(last) + ignoredBefore(last) + 1, finishedMs(last), nowMs) : 0;
  });
  const waiting = pauses.filter((pause) => pause > 0);
  return {
    indexes: missing.filter((_, at) => pauses[at] === 0),
    againMs: waiting.length === 0 ? undefined : Math.min(...waiting),
  };
}
