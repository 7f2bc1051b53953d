import type { Index } from '../../client/index-of.ts';
import { type Node, type Pod, pods } from '../../client/kinds.ts';
import { keyOf } from '../../client/resource.ts';
import { isFinished, isTerminating } from '../pod-state.ts';
import type { ControllerTools } from '../types.ts';
import { refusal } from './admission.ts';
import type { Needs } from './needs.ts';
import type { NodeVoices } from './node-users.ts';
import type { Plans } from './plans.ts';
import type { PodAddresses } from './pod-addresses.ts';
import { newPodRun, type PodRun, recoveredPodRun } from './pod-run.ts';
import { rejectedStatus } from './pod-status.ts';
import type { PodWrites } from './pod-writes.ts';
import type { World } from './step.ts';

const idBytes = 32;

export interface PodKeeperTools extends Pick<ControllerTools, 'clock' | 'random'> {
  readonly plans: Plans;
  readonly voices: NodeVoices;
  readonly writes: PodWrites;
  readonly needs: Needs;
  readonly addresses: PodAddresses;
  /** All pods, by the node that they are bound to. */
  readonly onNode: Index<Pod>;
  /** Has the pod of this key looked at again. */
  readonly again: (key: string) => void;
}

/** What nodes know of their pods, by the key of the pod, and what they take and give back for them. */
export interface PodKeeper {
  get(key: string): PodRun | undefined;
  /** What is known of the pod, or what its status tells when no node has it any more. */
  recall(key: string, pod: Pod): PodRun;
  /** Nothing of it runs any more. What it held is not given back by this. */
  forget(key: string, run: PodRun): void;
  /** Gives back what a pod held that has ended. */
  free(run: PodRun): void;
  /** Takes the pod on; undefined when the node does not, and has said so. */
  admit(key: string, pod: Pod, node: Node): Promise<PodRun | undefined>;
  worldOf(key: string, pod: Pod, node: Node): World;
  /** The other pods that the node has taken and that still run. */
  neighbours(pod: Pod, node: Node): readonly Pod[];
  /** Ends every container. */
  stop(): void;
}

export function createPodKeeper({
  plans,
  voices,
  writes,
  needs,
  addresses,
  onNode,
  again,
  clock,
  random,
}: PodKeeperTools): PodKeeper {
  const runs = new Map<string, PodRun>();

  const voiceOf = ({ metadata: { name } }: Node) => voices.voiceOf(name);
  const neighbours = (pod: Pod, { metadata: { name } }: Node): readonly Pod[] =>
    onNode
      .get(name)
      .filter((other) => runs.get(keyOf(other))?.uid === other.metadata.uid && !isFinished(other))
      .filter(({ metadata }) => metadata.uid !== pod.metadata.uid);
  const recovered = (key: string, pod: Pod, node: string): PodRun =>
    recoveredPodRun(pod, node, clock.now(), (container, kind, { id, startedMs, number }) =>
      plans.planOf(pod, container, number).implementation.resume?.({
        ...{ pod, container, kind, attempt: number, id, startedMs },
        onChange: () => again(key),
      }),
    );

  const keeper: PodKeeper = {
    neighbours,
    get: (key) => runs.get(key),
    recall: (key, pod) => runs.get(key) ?? recovered(key, pod, ''),
    forget(key, run) {
      end(run, clock.now());
      runs.delete(key);
    },
    free(run) {
      for (const waiting of addresses.free(run.nodeUid, run.uid)) again(waiting);
    },
    worldOf: (key, pod, node) => ({
      nowMs: clock.now(),
      planOf: plans.planOf,
      newId: () => Buffer.from(random.bytes(idBytes)).toString('hex'),
      tell: (type, reason, message, field) =>
        voiceOf(node).recorder.event(pods, pod, type, reason, message, field),
      onChange: () => again(key),
      configProblem: (container) => needs.configProblem(key, pod, container),
    }),
    async admit(key, pod, node) {
      const hasBegun = pod.status?.startTime !== undefined;
      const why = hasBegun || isTerminating(pod) ? undefined : refusal(pod, node, neighbours(pod, node));
      if (why) {
        const { reason, message = '' } = why;
        voiceOf(node).recorder.event(pods, pod, 'Warning', reason, message);
        await writes.status(pod, node, rejectedStatus(pod, reason, message, clock.now()));
        return undefined;
      }
      for (const problem of hasBegun ? [] : plans.problemsOf(pod)) {
        voiceOf(node).recorder.event(pods, pod, 'Warning', 'InvalidBehavior', problem);
      }
      const { uid } = node.metadata;
      const run = hasBegun ? recovered(key, pod, uid) : newPodRun(pod, uid, clock.now());
      runs.set(key, run);
      return run;
    },
    stop() {
      for (const run of runs.values()) end(run, clock.now());
    },
  };
  return keeper;
}

function end({ containers }: PodRun, nowMs: number): void {
  for (const { current } of containers.values()) {
    if (!current?.ended) current?.instance?.kill(nowMs);
    current?.instance?.log.close(nowMs);
  }
}
