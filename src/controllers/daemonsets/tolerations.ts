import type { IPodSpec, IToleration } from 'kubernetes-models/v1';

/** What is wrong with a node is no reason for the pods that look after it to leave or to stay away. */
const always: readonly IToleration[] = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
];

const onHostNetwork: IToleration = {
  key: 'node.kubernetes.io/network-unavailable',
  operator: 'Exists',
  effect: 'NoSchedule',
};

const isSame = (a: IToleration, b: IToleration): boolean =>
  a.key === b.key &&
  (a.effect ?? '') === (b.effect ?? '') &&
  (a.operator ?? '') === (b.operator ?? '') &&
  (a.value ?? '') === (b.value ?? '');

/** The tolerations of a template with those that every pod of a DaemonSet has; these win over the same with a time limit. */
export function tolerationsOf({ tolerations = [], hostNetwork }: Partial<IPodSpec>): readonly IToleration[] {
  const added = hostNetwork ? [...always, onHostNetwork] : always;
  const own = tolerations.map((toleration) => added.find((one) => isSame(one, toleration)) ?? toleration);
  return [...own, ...added.filter((one) => !own.includes(one))];
}
