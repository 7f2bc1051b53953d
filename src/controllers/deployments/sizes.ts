import type { Deployment, ReplicaSet } from '../../client/kinds.ts';
import { scaledValue } from '../int-or-percent.ts';
import { maxReplicasOf } from './annotations.ts';
import { byAge, isActive, sizeOf, sizesOf } from './replica-set.ts';

export const desiredOf = ({ spec }: Deployment): number => spec?.replicas ?? 1;

export const isRolling = ({ spec }: Deployment): boolean =>
  (spec?.strategy?.type ?? 'RollingUpdate') === 'RollingUpdate';

/** How many pods there may be above, and may be missing below, the number that is wanted. Not both are 0. */
function limitsOf(deployment: Deployment): { readonly surge: number; readonly unavailable: number } {
  const desired = desiredOf(deployment);
  const { maxSurge, maxUnavailable } = deployment.spec?.strategy?.rollingUpdate ?? {};
  const surge = scaledValue(maxSurge, desired, 'up');
  const unavailable = scaledValue(maxUnavailable, desired, 'down');
  // A small percentage of few rounds down to none, and then nothing would ever move.
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

export const maxSurgeOf = (deployment: Deployment): number =>
  isRolling(deployment) ? limitsOf(deployment).surge : 0;

export function maxUnavailableOf(deployment: Deployment): number {
  const desired = desiredOf(deployment);
  if (!isRolling(deployment) || desired === 0) return 0;
  return Math.min(limitsOf(deployment).unavailable, desired);
}

/** How large the newest ReplicaSet may be now, beside the `others`. */
export function newSetSize(deployment: Deployment, current: number, others: readonly ReplicaSet[]): number {
  const desired = desiredOf(deployment);
  if (!isRolling(deployment) || current >= desired) return desired;
  const room = desired + maxSurgeOf(deployment) - current - sizesOf(others);
  return room <= 0 ? current : current + Math.min(room, desired - current);
}

/**
 * Sizes of several active ReplicaSets after the Deployment was scaled in the middle of a rollout: each gets its share of what is
 * added or taken away, so that the rollout goes on where it was.
 */
export function proportionalSizes(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
): readonly { readonly set: ReplicaSet; readonly size: number }[] {
  const desired = desiredOf(deployment);
  const allowed = desired > 0 ? desired + maxSurgeOf(deployment) : 0;
  const toAdd = allowed - sizesOf(sets);
  if (toAdd === 0) return sets.map((set) => ({ set, size: sizeOf(set) }));
  // The largest first; among equals new ones grow and old ones shrink first.
  const ordered = sets.toSorted((a, b) => sizeOf(b) - sizeOf(a) || (toAdd > 0 ? byAge(b, a) : byAge(a, b)));
  let added = 0;
  const sizes = ordered.map((set) => {
    const share = shareOf(deployment, set);
    const left = toAdd - added;
    const part = toAdd > 0 ? Math.min(share, left) : Math.max(share, left);
    added += part;
    return { set, size: sizeOf(set) + part };
  });
  return sizes.map(({ set, size }, at) => ({
    set,
    size: at === 0 ? Math.max(0, size + toAdd - added) : size,
  }));
}

/** What a ReplicaSet gains or loses when it keeps its share of all pods. */
function shareOf(deployment: Deployment, set: ReplicaSet): number {
  const desired = desiredOf(deployment);
  if (desired === 0) return -sizeOf(set);
  const before = maxReplicasOf(set) || (deployment.status?.replicas ?? 0);
  if (before === 0) return 0;
  return Math.round((sizeOf(set) * (desired + maxSurgeOf(deployment))) / before) - sizeOf(set);
}

/** The one ReplicaSet that takes the whole size: the only active one, or the newest when none is. */
export function onlyOneToScale(
  newSet: ReplicaSet | undefined,
  oldSets: readonly ReplicaSet[],
): ReplicaSet | undefined {
  const active = [...oldSets, ...(newSet ? [newSet] : [])].filter(isActive);
  if (active.length === 0) return newSet ?? oldSets.toSorted(byAge).at(-1);
  return active.length === 1 ? active[0] : undefined;
}

/** Pods that will still be available when the ReplicaSet has the size that it was given: its status may lag behind. */
const availableOf = (set: ReplicaSet): number => Math.min(set.status?.availableReplicas ?? 0, sizeOf(set));

/**
 * Sizes of the old ReplicaSets, smaller than they are, that leave enough pods available; those that need no change are left out.
 * What is not available goes first: it is missed by nobody and would only hold up the rollout.
 */
export function oldSetSizes(
  deployment: Deployment,
  newSet: ReplicaSet,
  oldSets: readonly ReplicaSet[],
): readonly { readonly set: ReplicaSet; readonly size: number }[] {
  const minAvailable = desiredOf(deployment) - maxUnavailableOf(deployment);
  const active = oldSets.filter(isActive).toSorted(byAge);
  const total = sizesOf(active) + sizeOf(newSet);
  const newUnavailable = sizeOf(newSet) - availableOf(newSet);
  let mayClean = total - minAvailable - newUnavailable;
  if (mayClean <= 0) return [];
  const cleaned = active.map((set) => {
    const unhealthy = Math.min(mayClean, sizeOf(set) - availableOf(set));
    mayClean -= unhealthy;
    return { set, size: sizeOf(set) - unhealthy };
  });
  const available = [...active, newSet].reduce((sum, set) => sum + availableOf(set), 0);
  let mayTake = available - minAvailable;
  return cleaned
    .map(({ set, size }) => {
      const taken = Math.min(size, Math.max(0, mayTake));
      mayTake -= taken;
      return { set, size: size - taken };
    })
    .filter(({ set, size }) => size !== sizeOf(set));
}
