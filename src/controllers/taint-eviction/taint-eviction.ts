import { formatTime, parseTime } from '../../apimachinery/clock.ts';
import { createEventRecorder } from '../../client/event-recorder.ts';
import { unlessNotFound } from '../../client/failure.ts';
import { nodes, type Pod, pods } from '../../client/kinds.ts';
import { keyOf, splitKey } from '../../client/resource.ts';
import { runLoop, source } from '../loop.ts';
import { conditionOf, isFinished, isTerminating } from '../pod-state.ts';
import { type Taint, tolerates } from '../taints.ts';
import type { Controller, ControllerTools, Running } from '../types.ts';

const account = 'node-controller';
const component = 'taint-eviction-controller';

/** Deletes pods from nodes with a NoExecute taint that they do not tolerate, or no longer. */
export const taintEviction: Controller = { names: ['taint-eviction-controller'], start: runEviction };

/** For an index: pods that may have to go, by node. */
const byNode = (pod: Pod): readonly string[] =>
  pod.spec?.nodeName && !isFinished(pod) && !isTerminating(pod) ? [pod.spec.nodeName] : [];

function runEviction(tools: ControllerTools): Running {
  const { informers, clock, log } = tools;
  const client = tools.clientAs(account);
  const objects = client.of(pods);
  const { event } = createEventRecorder({ client, clock, log, component });
  const known = informers.of(pods);
  const knownNodes = informers.of(nodes);
  const podsOn = known.index(byNode);
  /** Pods whose time runs, and since when, for taints that do not say it. */
  const running = new Map<string, number>();

  const reconcile = async (key: string): Promise<number | undefined> => {
    const pod = known.get(...splitKey(key));
    if (!pod || byNode(pod).length === 0) {
      if (pod) running.delete(pod.metadata.uid);
      return undefined;
    }
    const { uid } = pod.metadata;
    const taints = noExecute(knownNodes.get('', pod.spec!.nodeName!)?.spec?.taints);
    const leftMs = timeLeftMs(pod, taints, running.get(uid) ?? clock.now(), clock.now());
    if (leftMs === undefined) {
      if (running.delete(uid)) {
        event(pods, pod, 'Normal', 'TaintManagerEviction', `Cancelling deletion of Pod ${key}`);
      }
      return undefined;
    }
    if (leftMs > 0) {
      if (!running.has(uid)) running.set(uid, clock.now());
      return leftMs;
    }
    running.delete(uid);
    event(pods, pod, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${key}`);
    await evict(pod);
    return undefined;
  };
  const evict = async (pod: Pod): Promise<void> => {
    const { namespace, name, uid, generation } = pod.metadata;
    if (conditionOf(pod, 'DisruptionTarget')?.reason !== 'DeletionByTaintManager') {
      const condition = {
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'DeletionByTaintManager',
        message: 'Taint manager: deleting due to NoExecute taint',
        lastTransitionTime: formatTime(clock.now()),
        observedGeneration: generation,
      };
      const patch = { metadata: { uid }, status: { conditions: [condition] } };
      await unlessNotFound(objects.patch(namespace, name, 'strategic', patch, 'status'));
    }
    await unlessNotFound(objects.delete(pod, { preconditions: { uid } }));
  };
  const sources = [
    source(known, (after, before) => {
      if (before && before.metadata.uid !== after?.metadata.uid) running.delete(before.metadata.uid);
      const isTainted = noExecute(knownNodes.get('', after?.spec?.nodeName ?? '')?.spec?.taints).length > 0;
      return after && (isTainted || running.has(after.metadata.uid)) ? [keyOf(after)] : [];
    }),
    source(knownNodes, (after, before) => {
      const taints = [...noExecute(after?.spec?.taints), ...noExecute(before?.spec?.taints)];
      return taints.length === 0 ? [] : podsOn.get((after ?? before)!.metadata.name).map(keyOf);
    }),
  ];
  return runLoop({ name: 'taint-eviction', sources, reconcile }, tools);
}

const noExecute = (taints: readonly Taint[] | undefined): readonly Taint[] =>
  (taints ?? []).filter(({ effect }) => effect === 'NoExecute');

/** Milliseconds until the pod has to go, not above 0 when it has to go now; undefined when it may stay. */
function timeLeftMs(
  { spec }: Pod,
  taints: readonly Taint[],
  sinceMs: number,
  nowMs: number,
): number | undefined {
  if (taints.length === 0) return undefined;
  const used = (spec?.tolerations ?? []).filter((toleration) =>
    taints.some((taint) => tolerates(toleration, taint)),
  );
  const isTolerated = (taint: Taint) => used.some((toleration) => tolerates(toleration, taint));
  if (!taints.every(isTolerated)) return 0;
  const seconds = used.flatMap(({ tolerationSeconds }) => tolerationSeconds ?? []);
  if (seconds.length === 0) return undefined;
  const added = taints.map(({ timeAdded }) => parseTime(timeAdded ?? '')).filter((ms) => !Number.isNaN(ms));
  const from = added.length === taints.length ? Math.max(...added) : sinceMs;
  return from + Math.max(Math.min(...seconds), 0) * 1000 - nowMs;
}
