import { formatTime, parseTime } from '../../apimachinery/clock.ts';
import type { Objects } from '../../client/client.ts';
import { unlessNotFound } from '../../client/failure.ts';
import type { Informer } from '../../client/informer.ts';
import type { Pod } from '../../client/kinds.ts';
import { keyOf, splitKey } from '../../client/resource.ts';
import { runLoop, source } from '../loop.ts';
import { conditionOf, isFinished, isTerminating } from '../pod-state.ts';
import type { ControllerTools, Running } from '../types.ts';

/** How long a pod may say that it will be disrupted without being deleted (`stalePodDisruptionTimeout`). */
const staleAfterMs = 120_000;

const isTarget = (pod: Pod): boolean => {
  const condition = conditionOf(pod, 'DisruptionTarget');
  return (
    condition?.status === 'True' &&
    condition.reason !== 'TerminationByKubelet' &&
    !isTerminating(pod) &&
    !isFinished(pod)
  );
};

/** Takes back the announcement that a pod will be disrupted when nothing came of it. */
export function clearStaleTargets(
  objects: Objects<Pod>,
  known: Informer<Pod>,
  tools: ControllerTools,
): Running {
  const { clock } = tools;
  const reconcile = async (key: string): Promise<number | undefined> => {
    const pod = known.get(...splitKey(key));
    if (!pod || !isTarget(pod)) return undefined;
    const since = parseTime(conditionOf(pod, 'DisruptionTarget')!.lastTransitionTime ?? '') || 0;
    const leftMs = since + staleAfterMs - clock.now();
    if (leftMs > 0) return leftMs;
    const { namespace, name, uid } = pod.metadata;
    const condition = {
      type: 'DisruptionTarget',
      status: 'False',
      reason: null,
      message: null,
      lastTransitionTime: formatTime(clock.now()),
    };
    const patch = { metadata: { uid }, status: { conditions: [condition] } };
    await unlessNotFound(objects.patch(namespace, name, 'strategic', patch, 'status'));
    return undefined;
  };
  const sources = [source(known, (pod) => (pod && isTarget(pod) ? [keyOf(pod)] : []))];
  return runLoop({ name: 'stale pod disruption', sources, reconcile }, tools);
}
