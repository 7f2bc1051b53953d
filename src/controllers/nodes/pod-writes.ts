import type { IPodStatus } from 'kubernetes-models/v1';
import { jsonEqual } from '../../apimachinery/object.ts';
import { unlessNotFound } from '../../client/failure.ts';
import { type Node, type Pod, pods } from '../../client/kinds.ts';
import type { NodeVoices } from './node-users.ts';

/** What nodes write of their pods. */
export interface PodWrites {
  /** Resolves with the pod as it is then, undefined when it is gone. */
  status(pod: Pod, node: Node, status: IPodStatus): Promise<Pod | undefined>;
  /** The last thing that a node does for a pod. */
  remove(pod: Pod, node: Node): Promise<void>;
}

export function createPodWrites({ voiceOf }: NodeVoices): PodWrites {
  const clientOf = ({ metadata: { name } }: Node) => voiceOf(name).client.of(pods);
  return {
    async status(pod, node, status) {
      if (jsonEqual(pod.status, status)) return pod;
      return unlessNotFound(clientOf(node).updateStatus({ ...pod, status }));
    },
    async remove(pod, node) {
      const { uid, deletionGracePeriodSeconds } = pod.metadata;
      // Finalizers hold it.
      if (deletionGracePeriodSeconds === 0) return;
      const options = { gracePeriodSeconds: 0, preconditions: { uid } };
      await unlessNotFound(clientOf(node).delete(pod, options));
    },
  };
}
