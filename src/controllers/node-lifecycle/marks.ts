import { formatTime } from '../../apimachinery/clock.ts';
import { jsonEqual } from '../../apimachinery/object.ts';
import type { Client } from '../../client/client.ts';
import type { EventRecorder } from '../../client/event-recorder.ts';
import { unlessNotFound } from '../../client/failure.ts';
import { type Node, nodes, type Pod, pods } from '../../client/kinds.ts';
import { conditionOf } from '../pod-state.ts';
import type { ControllerTools } from '../types.ts';
import { taintsFor } from './states.ts';

/** For an index: pods by their node. */
const byNode = ({ spec }: Pod): readonly string[] => (spec?.nodeName ? [spec.nodeName] : []);

const copiedLabels = [
  ['kubernetes.io/os', 'beta.kubernetes.io/os'],
  ['kubernetes.io/arch', 'beta.kubernetes.io/arch'],
] as const;

/** What is written on nodes, and on their pods. */
export function createMarks(
  client: Client,
  { informers, clock }: ControllerTools,
  event: EventRecorder['event'],
) {
  const objects = client.of(nodes);
  const podObjects = client.of(pods);
  const podsOn = informers.of(pods).index(byNode);
  const taint = async (node: Node, evicts: boolean): Promise<void> => {
    const taints = taintsFor(node, { evicts, nowMs: clock.now() });
    if (jsonEqual(taints, node.spec?.taints ?? [])) return;
    const { name, resourceVersion } = node.metadata;
    const patch = { metadata: { resourceVersion }, spec: { taints: taints.length > 0 ? taints : null } };
    await objects.patch('', name, 'merge', patch);
  };
  const label = async ({ metadata }: Node): Promise<void> => {
    const labels = metadata.labels ?? {};
    const wrong = copiedLabels.filter(
      ([from, to]) => labels[from] !== undefined && labels[from] !== labels[to],
    );
    if (wrong.length === 0) return;
    const copied = Object.fromEntries(wrong.map(([from, to]) => [to, labels[from]]));
    await objects.patch('', metadata.name, 'merge', { metadata: { labels: copied } });
  };
  const markPods = async (name: string): Promise<void> => {
    for (const pod of podsOn.get(name)) {
      const ready = conditionOf(pod, 'Ready');
      if (ready?.status !== 'True') continue;
      const condition = { ...ready, status: 'False', lastTransitionTime: formatTime(clock.now()) };
      const { namespace, name: podName, uid } = pod.metadata;
      const patch = { metadata: { uid }, status: { conditions: [condition] } };
      await unlessNotFound(podObjects.patch(namespace, podName, 'strategic', patch, 'status'));
      event(pods, pod, 'Warning', 'NodeNotReady', 'Node is not ready');
    }
  };
  return { taint, label, markPods };
}
