import { formatTime } from '../../apimachinery/clock.ts';
import type { Node } from '../../client/kinds.ts';

type NodeCondition = NonNullable<NonNullable<Node['status']>['conditions']>[number];
type Taint = NonNullable<NonNullable<Node['spec']>['taints']>[number];

export const conditionOf = ({ status }: Node, type: string): NodeCondition | undefined =>
  status?.conditions?.find((condition) => condition.type === type);

/** Says itself that it is not ready, or is said to be silent. A node that has not spoken yet is neither. */
export const isDown = (node: Node): boolean => {
  const ready = conditionOf(node, 'Ready');
  return ready !== undefined && ready.status !== 'True';
};

const kubeletConditions = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

/** The node with everything unknown that only it can know; the same object when that is said already. */
export function withoutNews(node: Node, nowMs: number): Node {
  const now = formatTime(nowMs);
  const known = new Map((node.status?.conditions ?? []).map((condition) => [condition.type, condition]));
  for (const type of kubeletConditions) {
    const condition = known.get(type);
    if (!condition) {
      known.set(type, {
        type,
        status: 'Unknown',
        reason: 'NodeStatusNeverUpdated',
        message: 'Kubelet never posted node status.',
        lastHeartbeatTime: node.metadata.creationTimestamp,
        lastTransitionTime: now,
      });
    } else if (condition.status !== 'Unknown') {
      known.set(type, {
        ...condition,
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
        lastTransitionTime: now,
      });
    }
  }
  const conditions = [...known.values()];
  const before = node.status?.conditions ?? [];
  if (conditions.length === before.length && conditions.every((one, at) => one === before[at])) return node;
  return { ...node, status: { ...node.status, conditions } };
}

const notReady = 'node.kubernetes.io/not-ready';
const unreachable = 'node.kubernetes.io/unreachable';
const unschedulable = 'node.kubernetes.io/unschedulable';

/** Keys of taints by conditions and their status. */
const keyOfCondition: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: notReady, Unknown: unreachable },
  MemoryPressure: { True: 'node.kubernetes.io/memory-pressure' },
  DiskPressure: { True: 'node.kubernetes.io/disk-pressure' },
  NetworkUnavailable: { True: 'node.kubernetes.io/network-unavailable' },
  PIDPressure: { True: 'node.kubernetes.io/pid-pressure' },
};
const ownNoSchedule = new Set([
  unschedulable,
  ...Object.values(keyOfCondition).flatMap((keys) => Object.values(keys)),
]);

export interface TaintTerms {
  /** Whether pods have to leave nodes that do not work. */
  readonly evicts: boolean;
  readonly nowMs: number;
}

/** The taints that a node should have: those of its conditions, and whatever others gave it. Those that stay keep their place. */
export function taintsFor(node: Node, { evicts, nowMs }: TaintTerms): readonly Taint[] {
  const before = node.spec?.taints ?? [];
  const placing = new Set(
    (node.status?.conditions ?? []).flatMap(({ type, status }) => keyOfCondition[type]?.[status] ?? []),
  );
  if (node.spec?.unschedulable) placing.add(unschedulable);
  const ready = conditionOf(node, 'Ready')?.status;
  const leaving = new Set(evicts && ready !== undefined ? [keyOfCondition['Ready']![ready] ?? ''] : []);
  leaving.delete('');
  const kept = before.filter(({ key, effect }) => {
    if (effect === 'NoSchedule' && ownNoSchedule.has(key)) return placing.delete(key);
    if (effect === 'NoExecute' && (key === notReady || key === unreachable)) return leaving.delete(key);
    return true;
  });
  return [
    ...kept,
    ...[...placing].map((key): Taint => ({ key, effect: 'NoSchedule' })),
    ...[...leaving].map((key): Taint => ({ key, effect: 'NoExecute', timeAdded: formatTime(nowMs) })),
  ];
}
