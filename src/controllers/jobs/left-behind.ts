import type { Objects } from '../../client/client.ts';
import type { Index } from '../../client/index-of.ts';
import type { Informer } from '../../client/informer.ts';
import type { Job, Pod } from '../../client/kinds.ts';
import { keyOf, splitKey } from '../../client/resource.ts';
import { runLoop, source } from '../loop.ts';
import { controllerOf } from '../owners.ts';
import type { ControllerTools, Running } from '../types.ts';
import { isTracked } from './job-pods.ts';
import { isJobFinished } from './judgement.ts';
import { release } from './tracking.ts';

export interface LeftBehind {
  readonly known: Informer<Job>;
  readonly knownPods: Informer<Pod>;
  readonly podsOf: Index<Pod>;
  /** Jobs that would take the pod. */
  readonly adopters: (pod: Pod) => readonly Job[];
  readonly pods: Objects<Pod>;
}

/** Lets pods go that a Job would have counted which has ended, or is gone. */
export function freePods(left: LeftBehind, tools: ControllerTools): Running {
  const { known, knownPods, podsOf, adopters } = left;
  const isWaitedFor = (pod: Pod): boolean => {
    const owner = controllerOf(pod);
    if (!owner) return adopters(pod).length > 0;
    if (owner.kind !== 'Job') return true;
    const job = known.get(pod.metadata.namespace, owner.name);
    return job !== undefined && job.metadata.uid === owner.uid && !isJobFinished(job);
  };
  const reconcile = async (key: string): Promise<void> => {
    const pod = knownPods.get(...splitKey(key));
    if (pod && isTracked(pod) && !isWaitedFor(pod)) await release(left.pods, pod);
  };
  const sources = [
    source(knownPods, (pod) => (pod && isTracked(pod) ? [keyOf(pod)] : [])),
    source(known, (after, before) => podsOf.get((after ?? before)!.metadata.uid).map(keyOf)),
  ];
  return runLoop({ name: 'job pods', sources, reconcile }, tools);
}
