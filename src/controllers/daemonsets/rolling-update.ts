import type { DaemonSet, Pod } from '../../client/kinds.ts';
import { scaledValue } from '../int-or-percent.ts';
import { isTerminating } from '../pod-state.ts';
import { isAvailable, isUpdated, type NodePods } from './node-pods.ts';

const isRolling = ({ spec }: DaemonSet): boolean => spec?.updateStrategy?.type !== 'OnDelete';

function surgeOf(set: DaemonSet, wanted: number): number {
  return isRolling(set) ? scaledValue(set.spec?.updateStrategy?.rollingUpdate?.maxSurge, wanted, 'up') : 0;
}

/** Whether there may be two pods on a node for a while. */
export const allowsSurge = (set: DaemonSet): boolean => surgeOf(set, 1) > 0;

/** What brings a rollout on. */
export interface UpdateStep {
  readonly delete: readonly Pod[];
  /** Names of nodes. */
  readonly create: readonly string[];
}

interface Pair {
  readonly on: NodePods;
  readonly newPod: Pod | undefined;
  readonly oldPod: Pod | undefined;
}

/** The next step of a rollout, within the limits of the set. */
export function nextUpdate(
  set: DaemonSet,
  nodes: readonly NodePods[],
  hash: string,
  nowMs: number,
): UpdateStep {
  if (!isRolling(set)) return { delete: [], create: [] };
  const wanted = nodes.filter(({ shouldRun }) => shouldRun).length;
  const surge = surgeOf(set, wanted);
  const concerned = nodes.filter(({ shouldRun, pods }) => shouldRun || pods.length > 0);
  const pairs = concerned.map((on) => pairOn(set, on, hash));
  if (surge > 0) return surging(set, pairs, { surge, wanted }, nowMs);
  const limit = scaledValue(set.spec?.updateStrategy?.rollingUpdate?.maxUnavailable, wanted, 'up');
  // Where the API let both be none, something has to give.
  return replacing(set, pairs, Math.max(limit, 1), nowMs);
}

/** The pod of today's revision and the one of another; undefined when there are more, which have to go first. */
function pairOn(set: DaemonSet, on: NodePods, hash: string): Pair | undefined {
  const staying = on.pods.filter((pod) => !isTerminating(pod));
  const newPods = staying.filter((pod) => isUpdated(pod, set, hash));
  const oldPods = staying.filter((pod) => !isUpdated(pod, set, hash));
  if (newPods.length > 1 || oldPods.length > 1) return undefined;
  return { on, newPod: newPods[0], oldPod: oldPods[0] };
}

/** Deletes old pods: those that are not there for others, and as many more as may be missing. */
function replacing(
  set: DaemonSet,
  pairs: readonly (Pair | undefined)[],
  limit: number,
  nowMs: number,
): UpdateStep {
  const unneeded: Pod[] = [];
  const candidates: Pod[] = [];
  let missing = 0;
  for (const pair of pairs) {
    const { newPod, oldPod } = pair ?? {};
    if (oldPod && !newPod) {
      if (isAvailable(oldPod, set, nowMs)) candidates.push(oldPod);
      else {
        unneeded.push(oldPod);
        missing++;
      }
    } else if (oldPod || !newPod || !isAvailable(newPod, set, nowMs)) missing++;
  }
  return { delete: [...unneeded, ...candidates.slice(0, Math.max(0, limit - missing))], create: [] };
}

/** Makes new pods beside the old ones, which go when the new ones are there for others. */
function surging(
  set: DaemonSet,
  pairs: readonly (Pair | undefined)[],
  { surge, wanted }: { readonly surge: number; readonly wanted: number },
  nowMs: number,
): UpdateStep {
  const doomed: Pod[] = [];
  const leaving: Pod[] = [];
  const urgent: string[] = [];
  const candidates: string[] = [];
  let surged = 0;
  let available = 0;
  for (const pair of pairs) {
    if (!pair) {
      surged++;
      continue;
    }
    const { on, newPod, oldPod } = pair;
    const counted = oldPod ?? newPod;
    if (counted && isAvailable(counted, set, nowMs)) available++;
    if (!oldPod) continue;
    if (newPod) {
      if (isAvailable(newPod, set, nowMs)) doomed.push(oldPod);
      else surged++;
    } else if (!isAvailable(oldPod, set, nowMs)) {
      if (on.shouldRun) urgent.push(on.node);
      else doomed.push(oldPod);
    } else if (on.shouldRun) candidates.push(on.node);
    else leaving.push(oldPod);
  }
  return {
    // Where the set moves from one node to another, the old pod waits for the new one.
    delete: [...doomed, ...leaving.slice(0, Math.max(0, available - wanted))],
    create: [...urgent, ...candidates.slice(0, Math.max(0, surge - surged))],
  };
}
