import type { DaemonSet, Pod } from '../../client/kinds.ts';
import { isReady, isTerminating } from '../pod-state.ts';
import { podRevisionLabel } from '../revisions.ts';
import { isAvailable, type NodePods } from './node-pods.ts';
import { allowsSurge } from './rolling-update.ts';

/** What is to be done about one node. */
export interface Placement {
  readonly create: boolean;
  readonly delete: readonly Pod[];
  /** Pods that have ended, well or not. */
  readonly ended: readonly Pod[];
}

const nothing: Placement = { create: false, delete: [], ended: [] };

/** Which pods a node lacks and which it has too many. A rollout is none of its business. */
export function placementOn(
  set: DaemonSet,
  { pods, shouldRun, mayStay }: NodePods,
  hash: string,
  nowMs: number,
): Placement {
  const staying = pods.filter((pod) => !isTerminating(pod));
  if (shouldRun && pods.length === 0) return { ...nothing, create: true };
  if (!mayStay) return { ...nothing, delete: staying };
  const isOver = ({ status }: Pod) => status?.phase === 'Failed' || status?.phase === 'Succeeded';
  const ended = staying.filter(isOver);
  const running = staying.filter((pod) => !isOver(pod));
  if (!allowsSurge(set)) return { create: false, delete: running.slice(1), ended };
  if (running.length <= 1) return { create: running.length === 0 && shouldRun, delete: [], ended };
  return { create: false, delete: beyondSurge(set, running, hash, nowMs), ended };
}

/** Of each revision the oldest may stay: the old pod as long as it is ready and the new one is not there for others. */
function beyondSurge(set: DaemonSet, running: readonly Pod[], hash: string, nowMs: number): readonly Pod[] {
  const isNew = ({ metadata }: Pod) => metadata.labels?.[podRevisionLabel] === hash;
  const newest = running.find(isNew);
  const old = running.find((pod) => !isNew(pod));
  const surplus = running.filter((pod) => pod !== newest && pod !== old);
  if (!newest || !old) return surplus;
  return isReady(old) && !isAvailable(newest, set, nowMs) ? surplus : [...surplus, old];
}
