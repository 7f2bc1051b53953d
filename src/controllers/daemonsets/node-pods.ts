import { parseTime } from '../../apimachinery/clock.ts';
import type { Draft } from '../../client/client.ts';
import { type DaemonSet, daemonSets, type Node, type Pod } from '../../client/kinds.ts';
import { availableInMs, isFinished, isTerminating } from '../pod-state.ts';
import { podFrom } from '../pod-template.ts';
import { podRevisionLabel } from '../revisions.ts';
import { matcherOf, type NodeMatch } from './node-match.ts';
import { tolerationsOf } from './tolerations.ts';

const generationLabel = 'pod-template-generation';
const generationAnnotation = 'deprecated.daemonset.template.generation';

type Affinity = NonNullable<NonNullable<Pod['spec']>['affinity']>;

/** A node, or one that is gone, and the pods of a DaemonSet that are on it or are to be. */
export interface NodePods extends NodeMatch {
  readonly node: string;
  /** Scheduled ones first, then the oldest. */
  readonly pods: readonly Pod[];
}

/** All nodes with the pods of a DaemonSet; and those whose node is gone. What has ended and is on its way out is left out. */
export function podsByNode(
  set: DaemonSet,
  nodes: Iterable<Node>,
  pods: readonly Pod[],
): { readonly present: readonly NodePods[]; readonly stray: readonly Pod[] } {
  const matchOf = matcherOf(set);
  const byNode = new Map<string, Pod[]>();
  for (const pod of pods) {
    const node = isFinished(pod) && isTerminating(pod) ? undefined : targetOf(pod);
    if (node === undefined) continue;
    const group = byNode.get(node);
    if (group) group.push(pod);
    else byNode.set(node, [pod]);
  }
  const present = Array.from(nodes, (node) => {
    const { name } = node.metadata;
    const own = byNode.get(name) ?? [];
    byNode.delete(name);
    return { node: name, pods: own.length > 1 ? own.toSorted(byAge) : own, ...matchOf(node) };
  });
  return { present, stray: [...byNode.values()].flat() };
}

/** Scheduled ones first, then the oldest. */
function byAge(a: Pod, b: Pod): number {
  const created = ({ metadata }: Pod) => parseTime(metadata.creationTimestamp);
  return (
    Number(!a.spec?.nodeName) - Number(!b.spec?.nodeName) ||
    created(a) - created(b) ||
    (a.metadata.name < b.metadata.name ? -1 : 1)
  );
}

/** The node on which a pod is, or for which it was made; undefined when it was made for none. */
function targetOf({ spec }: Pod): string | undefined {
  if (spec?.nodeName) return spec.nodeName;
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const fields = required?.nodeSelectorTerms.flatMap(({ matchFields }) => matchFields ?? []);
  const named = fields?.find(({ key, operator }) => key === 'metadata.name' && operator === 'In');
  return named?.values?.length === 1 ? named.values[0] : undefined;
}

/** The number of today's template, as versions of the API that are gone had it. */
const generationOf = ({ metadata }: DaemonSet): string | undefined =>
  /^\d+$/.exec(metadata.annotations?.[generationAnnotation] ?? '')?.[0];

export const isUpdated = ({ metadata }: Pod, set: DaemonSet, hash: string): boolean => {
  const generation = generationOf(set);
  const { [podRevisionLabel]: ownHash, [generationLabel]: ownGeneration } = metadata.labels ?? {};
  return ownHash === hash || (generation !== undefined && ownGeneration === generation);
};

export const isAvailable = (pod: Pod, { spec }: DaemonSet, nowMs: number): boolean =>
  (availableInMs(pod, spec?.minReadySeconds ?? 0, nowMs) ?? 1) <= 0;

/** A pod for one node. The scheduler puts it there: nothing else satisfies its affinity. */
export function podFor(set: DaemonSet, node: string, hash: string): Draft<Pod> {
  const template = set.spec!.template;
  const draft = podFrom(template, daemonSets, set);
  const generation = generationOf(set);
  return {
    ...draft,
    metadata: {
      ...draft.metadata,
      labels: {
        ...template.metadata?.labels,
        ...(generation === undefined ? {} : { [generationLabel]: generation }),
        [podRevisionLabel]: hash,
      },
    },
    spec: {
      ...draft.spec!,
      affinity: onNode(draft.spec?.affinity, node),
      tolerations: [...tolerationsOf(draft.spec ?? {})],
    },
  };
}

const onNode = (affinity: Affinity | undefined, node: string): Affinity => ({
  ...affinity,
  nodeAffinity: {
    ...affinity?.nodeAffinity,
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
    },
  },
});
