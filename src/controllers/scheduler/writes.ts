import { formatTime } from '../../apimachinery/clock.ts';
import type { Client } from '../../client/client.ts';
import { createEventRecorder } from '../../client/event-recorder.ts';
import { unlessNotFound } from '../../client/failure.ts';
import { type Pod, pods } from '../../client/kinds.ts';
import { conditionOf, isTerminating } from '../pod-state.ts';
import type { ControllerTools } from '../types.ts';
import type { PodNeeds } from './pod-needs.ts';

/** Longest message of an event (`NoteLengthLimit`). */
const maxMessageLength = 1_024;

/** What the scheduler writes. */
export interface SchedulerWrites {
  /** Rejects when the pod is not there in the end. */
  bind(pod: Pod, nodeName: string): Promise<void>;
  /** Says that no place was found. `nominated`: where room is being made; '' when nowhere any more; undefined: as it was. */
  unschedulable(pod: Pod, reason: string, message: string, nominated: string | undefined): Promise<void>;
  /** Makes a pod go in favour of another. */
  evict(victim: Pod, { preemptor, nodeName }: { preemptor: PodNeeds; nodeName: string }): Promise<void>;
  /** Room that was made for this pod is for another now. */
  forgetNomination(pod: Pod): Promise<void>;
}

export function createWrites(client: Client, { clock, log }: ControllerTools, name: string): SchedulerWrites {
  const objects = client.of(pods);
  const { event } = createEventRecorder({ client, clock, log, component: name });
  const patchStatus = async (pod: Pod, status: object) => {
    const { namespace, name: podName, uid } = pod.metadata;
    await unlessNotFound(
      objects.patch(namespace, podName, 'strategic', { metadata: { uid }, status }, 'status'),
    );
  };
  const conditionFor = (pod: Pod, type: string, status: string, reason: string, message: string) => {
    const known = conditionOf(pod, type);
    const since = known?.status === status ? known.lastTransitionTime : undefined;
    return {
      type,
      status,
      reason,
      message,
      lastProbeTime: null,
      lastTransitionTime: since ?? formatTime(clock.now()),
      observedGeneration: pod.metadata.generation,
    };
  };
  return {
    async bind(pod, nodeName) {
      const { namespace, name: podName, uid } = pod.metadata;
      await objects.postTo(namespace, podName, 'binding', {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { namespace, name: podName, uid },
        target: { apiVersion: 'v1', kind: 'Node', name: nodeName },
      });
      const message = `Successfully assigned ${namespace}/${podName} to ${nodeName}`;
      event(pods, pod, 'Normal', 'Scheduled', message);
    },
    async unschedulable(pod, reason, message, nominated) {
      event(pods, pod, 'Warning', 'FailedScheduling', shortened(message));
      const known = conditionOf(pod, 'PodScheduled');
      const isTold = known?.status === 'False' && known.reason === reason && known.message === message;
      const isNominated = nominated === undefined || nominated === (pod.status?.nominatedNodeName ?? '');
      if (isTold && isNominated) return;
      await patchStatus(pod, {
        conditions: [conditionFor(pod, 'PodScheduled', 'False', reason, message)],
        ...(isNominated ? {} : { nominatedNodeName: nominated || null }),
      });
    },
    async evict(victim, { preemptor, nodeName }) {
      if (isTerminating(victim)) return;
      const why = `${name}: preempting to accommodate a higher priority pod`;
      const reason = 'PreemptionByScheduler';
      if (conditionOf(victim, 'DisruptionTarget')?.reason !== reason) {
        const condition = conditionFor(victim, 'DisruptionTarget', 'True', reason, why);
        await patchStatus(victim, { conditions: [condition] });
      }
      const preconditions = { uid: victim.metadata.uid };
      await unlessNotFound(objects.delete(victim, { preconditions }));
      event(pods, victim, 'Normal', 'Preempted', `Preempted by pod ${preemptor.uid} on node ${nodeName}`);
    },
    forgetNomination: (pod) => patchStatus(pod, { nominatedNodeName: null }),
  };
}

const shortened = (message: string): string =>
  message.length <= maxMessageLength ? message : `${message.slice(0, maxMessageLength - 4)} ...`;
