import { parseTime } from '../apimachinery/clock.ts';
import type { Pod } from '../client/kinds.ts';
import { isReady, readySinceMs } from './pod-state.ts';

const phases = ['Pending', 'Unknown', 'Running'];
const deletionCostAnnotation = 'controller.kubernetes.io/pod-deletion-cost';

interface Ranked {
  readonly pod: Pod;
  /** Ready pods of the same owners on its node. */
  readonly neighbours: number;
}

/** The pods to delete first when `count` are too many. `related` are the pods of all owners with the same controller. */
export function podsToDelete(
  pods: readonly Pod[],
  related: readonly Pod[],
  count: number,
  nowMs: number,
): readonly Pod[] {
  if (count >= pods.length) return pods;
  const readyOn = new Map<string, number>();
  for (const pod of related) {
    const node = pod.spec?.nodeName ?? '';
    if (isReady(pod)) readyOn.set(node, (readyOn.get(node) ?? 0) + 1);
  }
  const ranked = pods.map((pod) => ({ pod, neighbours: readyOn.get(pod.spec?.nodeName ?? '') ?? 0 }));
  return ranked
    .sort((a, b) => compare(a, b, nowMs))
    .slice(0, count)
    .map(({ pod }) => pod);
}

/** Criteria in order; the first that tells two pods apart decides. Less is deleted first. */
function compare(a: Ranked, b: Ranked, nowMs: number): number {
  return (
    assigned(a.pod) - assigned(b.pod) ||
    phaseOf(a.pod) - phaseOf(b.pod) ||
    Number(isReady(a.pod)) - Number(isReady(b.pod)) ||
    costOf(a.pod) - costOf(b.pod) ||
    b.neighbours - a.neighbours ||
    (readySinceMs(a.pod) === readySinceMs(b.pod)
      ? 0
      : byAge(readySinceMs(a.pod) ?? 0, readySinceMs(b.pod) ?? 0, a.pod, b.pod, nowMs)) ||
    mostRestarts(b.pod) - mostRestarts(a.pod) ||
    (createdMs(a.pod) === createdMs(b.pod)
      ? 0
      : byAge(createdMs(a.pod), createdMs(b.pod), a.pod, b.pod, nowMs)) ||
    // Two leaders that overlap must choose the same, or each makes up for what the other deletes for ever.
    byUid(a.pod, b.pod)
  );
}

/** An order that favours nobody. */
const byUid = ({ metadata: one }: Pod, { metadata: other }: Pod): number => (one.uid < other.uid ? -1 : 1);

const assigned = ({ spec }: Pod): number => (spec?.nodeName ? 1 : 0);
const phaseOf = ({ status }: Pod): number => phases.indexOf(status?.phase ?? '');
const createdMs = ({ metadata }: Pod): number => parseTime(metadata.creationTimestamp);

const costOf = ({ metadata }: Pod): number =>
  Number(metadata.annotations?.[deletionCostAnnotation] ?? 0) || 0;

const mostRestarts = ({ status }: Pod): number =>
  Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));

/** The younger first; pods of nearly the same age in an order that favours nobody. */
function byAge(a: number, b: number, one: Pod, other: Pod, nowMs: number): number {
  const magnitude = (sinceMs: number) =>
    sinceMs >= nowMs ? -1 : Math.floor(Math.log2((nowMs - sinceMs) * 1e6));
  const difference = magnitude(a) - magnitude(b);
  return difference !== 0 ? difference : byUid(one, other);
}
