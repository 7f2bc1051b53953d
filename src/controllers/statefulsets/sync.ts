import type { ControllerRevision, Pod, StatefulSet } from '../../client/kinds.ts';
import { isFinished, isTerminating } from '../pod-state.ts';
import { templateOf } from '../revisions.ts';
import { slowStart } from '../slow-start.ts';
import { isInRange, isParallel, ordinalOf, podOf, replicasOf, revisionNameOf, startOf } from './identity.ts';
import type { SetPods } from './set-pods.ts';
import { isAvailable, isRunningAndReady, isUnavailable, type SetRevisions } from './status.ts';

/** One round of work on a set. */
export interface Round {
  readonly set: StatefulSet;
  readonly revisions: SetRevisions;
  /** The pods of the set, by their numbers, as they are at this moment. */
  readonly podsNow: () => ReadonlyMap<number, Pod>;
  readonly setPods: SetPods;
  readonly nowMs: number;
}

export const byOrdinal = (set: StatefulSet, pods: readonly Pod[]): ReadonlyMap<number, Pod> => {
  const numbered = new Map<number, Pod>();
  for (const pod of pods) {
    const ordinal = ordinalOf(pod, set);
    if (ordinal !== undefined) numbered.set(ordinal, pod);
  }
  return numbered;
};

/**
 * Makes the pods that are missing, deletes those that are too many, and replaces those of another revision, in this order. One at a
 * time, each when the one before is there for others, unless the set allows all at once.
 */
export async function work(round: Round): Promise<void> {
  const { set, podsNow, setPods } = round;
  const ordinals = Array.from({ length: replicasOf(set) }, (_, at) => startOf(set) + at);
  if (!(await inTurn(set, ordinals, (ordinal) => keep(round, podsNow().get(ordinal), ordinal)))) return;

  const surplus = [...podsNow()]
    .filter(([ordinal]) => !isInRange(set, ordinal))
    .toSorted(([a], [b]) => b - a)
    .map(([, pod]) => pod);
  for (const pod of surplus) await setPods.claim(set, pod, false);
  const firstUnavailable = surplus.findLast((pod) => isUnavailable(pod, set, round.nowMs));
  if (!(await inTurn(set, surplus, (pod) => dismiss(round, pod, firstUnavailable)))) return;

  if (set.spec?.updateStrategy?.type !== 'OnDelete') await update(round);
}

/** Whether all was done: one after the other until one says no, or all together. */
async function inTurn<T>(
  set: StatefulSet,
  items: readonly T[],
  act: (item: T) => Promise<boolean>,
): Promise<boolean> {
  if (isParallel(set)) {
    let next = 0;
    await slowStart(items.length, () => act(items[next++]!));
    return true;
  }
  for (const item of items) if (!(await act(item))) return false;
  return true;
}

/** Makes a pod, or sees that it is as it should be. False when those after it have to wait. */
async function keep(round: Round, pod: Pod | undefined, ordinal: number): Promise<boolean> {
  const { set, setPods, nowMs } = round;
  if (!pod) {
    const revision = revisionFor(round, ordinal);
    const template = templateOf(revision) ?? set.spec?.template ?? {};
    await setPods.create(set, podOf(set, template, revision.metadata.name, ordinal), ordinal);
    return false;
  }
  if (isFinished(pod)) {
    if (!isTerminating(pod)) await setPods.delete(set, pod);
    return false;
  }
  const isPending = pod.status?.phase === 'Pending';
  if (isPending && isTerminating(pod)) return false;
  if (isPending) await setPods.claim(set, pod, true);
  const isThere = !isTerminating(pod) && isRunningAndReady(pod) && isAvailable(pod, set, nowMs);
  if (!isThere && !isParallel(set)) return false;
  await setPods.claim(set, pod, false);
  if (!isTerminating(pod)) await setPods.repair(set, pod);
  return true;
}

/** Pods below the partition are made as they were. */
function revisionFor({ set, revisions }: Round, ordinal: number): ControllerRevision {
  const partition = set.spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
  return ordinal < startOf(set) + partition ? revisions.current : revisions.update;
}

/** Deletes a pod that is too many. Always false: the next one waits until it is gone. */
async function dismiss(
  { set, setPods, nowMs }: Round,
  pod: Pod,
  firstUnavailable: Pod | undefined,
): Promise<boolean> {
  if (isTerminating(pod)) return false;
  const isThere = isRunningAndReady(pod) && isAvailable(pod, set, nowMs);
  if (!isThere && pod !== firstUnavailable && !isParallel(set)) return false;
  await setPods.delete(set, pod);
  return false;
}

/**
 * Deletes the pod with the highest number that is of another revision, unless one above it is not back yet. `maxUnavailable` belongs to
 * a feature that is off, and is not stored.
 */
async function update({ set, revisions, podsNow, setPods, nowMs }: Round): Promise<void> {
  const pods = podsNow();
  const partition = set.spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
  for (let at = replicasOf(set) - 1; at >= partition; at--) {
    const pod = pods.get(startOf(set) + at);
    if (!pod) return;
    if (revisionNameOf(pod) !== revisions.update.metadata.name && !isTerminating(pod)) {
      await setPods.delete(set, pod);
      return;
    }
    if (isUnavailable(pod, set, nowMs)) return;
  }
}
