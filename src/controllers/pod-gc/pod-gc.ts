import { isNotFound } from '../../client/failure.ts';
import { type Node, nodes, type Pod, pods } from '../../client/kinds.ts';
import { keyOf, splitKey } from '../../client/resource.ts';
import { runLoop, source } from '../loop.ts';
import { isFinished, isTerminating } from '../pod-state.ts';
import type { Controller } from '../types.ts';
import { forceDelete, type Why } from './force-delete.ts';

/** Finished pods that are kept: kube-controller-manager's `--terminated-pod-gc-threshold`. */
const keptFinished = 12_500;
/** A node that is missing may be about to appear (`quarantineTime`). */
const quarantineMs = 40_000;
const outOfService = 'node.kubernetes.io/out-of-service';

const nodeIsGone: Why = {
  type: 'DisruptionTarget',
  reason: 'DeletionByPodGC',
  message: 'PodGC: node no longer exists',
};

const finishedKey = 'finished';
const nodeKey = (name: string): string => `node ${name}`;
const podKey = (pod: Pod): string => `pod ${keyOf(pod)}`;

const byNode = ({ spec }: Pod): readonly string[] => (spec?.nodeName ? [spec.nodeName] : []);
const byFinished = (pod: Pod): readonly string[] => (isFinished(pod) ? [finishedKey] : []);

/** Deletes pods that nobody else will: of nodes that are gone or out of service, those on no node, and the oldest that have finished. */
export const podGarbageCollector: Controller = {
  names: ['pod-garbage-collector-controller', 'podgc'],
  start(tools) {
    const { clock, informers } = tools;
    const client = tools.clientAs('pod-garbage-collector');
    const objects = client.of(pods);
    const known = informers.of(pods);
    const knownNodes = informers.of(nodes);
    const onNode = known.index(byNode);
    const finished = known.index(byFinished);
    const end = (pod: Pod, why?: Why) => forceDelete(objects, pod, clock.now(), why);

    /** Terminating, and nobody is there to say that it has ended. */
    const isStuck = (pod: Pod): boolean => {
      if (!isTerminating(pod) || hasBeenEnded(pod)) return false;
      const nodeName = pod.spec?.nodeName ?? '';
      const node = knownNodes.get('', nodeName);
      return nodeName === '' || (node !== undefined && isOutOfService(node));
    };
    const deleteFinished = async (): Promise<void> => {
      const surplus = finished.count(finishedKey) - keptFinished;
      if (surplus <= 0) return;
      const doomed = [...finished.get(finishedKey)].sort(evictedAndOldestFirst).slice(0, surplus);
      await Promise.all(doomed.map((pod) => end(pod)));
    };
    const deleteOrphans = async (name: string): Promise<void> => {
      if (knownNodes.get('', name) || onNode.count(name) === 0) return;
      const isGone = await client
        .of(nodes)
        .get('', name)
        .then(
          () => false,
          (error: unknown) => {
            if (!isNotFound(error)) throw error;
            return true;
          },
        );
      if (isGone) await Promise.all(onNode.get(name).map((pod) => end(pod, nodeIsGone)));
    };
    const reconcile = async (key: string): Promise<void> => {
      if (key === finishedKey) return deleteFinished();
      const [what, name = ''] = key.split(' ');
      if (what === 'node') return deleteOrphans(name);
      const pod = known.get(...splitKey(name));
      if (pod && isStuck(pod)) await end(pod);
    };

    const quarantine = (name: string) => {
      if (!knownNodes.get('', name)) loop.addAfter(nodeKey(name), quarantineMs);
    };
    const ofPod = (pod: Pod | undefined): readonly string[] => {
      if (!pod) return [];
      const nodeName = pod.spec?.nodeName ?? '';
      if (nodeName !== '' && knownNodes.hasSynced) quarantine(nodeName);
      if (isFinished(pod) && finished.count(finishedKey) > keptFinished) return [finishedKey];
      return isStuck(pod) ? [podKey(pod)] : [];
    };
    const ofNode = (after: Node | undefined, before: Node | undefined): readonly string[] => {
      const { name } = (after ?? before)!.metadata;
      if (!after) quarantine(name);
      return after && isOutOfService(after) ? onNode.get(name).filter(isStuck).map(podKey) : [];
    };
    const sources = [source(known, ofPod), source(knownNodes, ofNode)];
    const loop = runLoop({ name: 'podgc', sources, reconcile }, tools);
    void knownNodes.synced.then(() => {
      for (const name of onNode.keys()) quarantine(name);
    });
    return loop;
  },
};

/** All was done that can be: finalizers hold it. */
const hasBeenEnded = (pod: Pod): boolean => isFinished(pod) && pod.metadata.deletionGracePeriodSeconds === 0;

function isOutOfService({ spec, status }: Node): boolean {
  const isReady = status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True');
  return !isReady && spec?.taints?.some(({ key }) => key === outOfService) === true;
}

function evictedAndOldestFirst(a: Pod, b: Pod): number {
  const rank = ({ status, metadata }: Pod) =>
    `${status?.reason === 'Evicted' ? 0 : 1} ${metadata.creationTimestamp} ${metadata.name}`;
  const [left, right] = [rank(a), rank(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
