import type { IContainer, IPodAffinityTerm } from 'kubernetes-models/v1';
import { type LabelSelector, nothing, selectorFromLabelSelector } from '../../apimachinery/label-selector.ts';
import type { KubeObject } from '../../apimachinery/object.ts';
import { type parseQuantity, quantityMilli, quantityValue } from '../../apimachinery/quantity.ts';
import type { Pod } from '../../client/kinds.ts';
import { keyOf } from '../../client/resource.ts';
import { podAmounts } from '../../resources/core/resourcequotas/usage/pod-amounts.ts';

/** Amounts of what nodes have: cpu in thousandths, memory and ephemeral storage in bytes, the rest in units. */
export interface Amounts {
  readonly cpu: number;
  readonly memory: number;
  readonly ephemeralStorage: number;
  readonly others: ReadonlyMap<string, number>;
}

export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

/** One term of pod (anti-)affinity, ready to be asked. */
export interface AffinityTerm {
  readonly topologyKey: string;
  readonly selector: LabelSelector;
  readonly namespaces: ReadonlySet<string>;
  /** Namespaces by their labels, besides those that are named. */
  readonly namespaceSelector: LabelSelector;
  /** Of preferences; negative for anti-affinity. 0 when required. */
  readonly weight: number;
}

/** A pod as the scheduler looks at it; worked out once for each state of the pod. */
export interface PodNeeds {
  readonly pod: Pod;
  readonly uid: string;
  readonly key: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly priority: number;
  readonly requests: Amounts;
  /** With something for containers that ask for nothing, so that they are spread too. */
  readonly weighty: { readonly cpu: number; readonly memory: number };
  readonly hostPorts: readonly HostPort[];
  readonly requiredAffinity: readonly AffinityTerm[];
  readonly requiredAntiAffinity: readonly AffinityTerm[];
  readonly preferredAffinity: readonly AffinityTerm[];
}

const known = new WeakMap<Pod, PodNeeds>();

export function needsOf(pod: Pod): PodNeeds {
  const found = known.get(pod);
  if (found) return found;
  const needs = workOut(pod);
  known.set(pod, needs);
  return needs;
}

function workOut(pod: Pod): PodNeeds {
  const { affinity } = pod.spec ?? { containers: [] };
  const { namespace, uid, labels = {} } = pod.metadata;
  const required = (terms: readonly IPodAffinityTerm[] | undefined) =>
    (terms ?? []).map((term) => termOf(term, namespace, 0));
  const preferred = (
    terms: readonly { podAffinityTerm: IPodAffinityTerm; weight: number }[] | undefined,
    sign: number,
  ) => (terms ?? []).map(({ podAffinityTerm, weight }) => termOf(podAffinityTerm, namespace, sign * weight));
  const requests = amountsOf(podAmounts(pod as unknown as KubeObject, 'requests'));
  return {
    pod,
    uid,
    key: keyOf(pod),
    namespace,
    labels,
    priority: pod.spec?.priority ?? 0,
    requests,
    weighty: weightyOf(pod, requests),
    hostPorts: hostPortsOf(pod),
    requiredAffinity: required(affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    requiredAntiAffinity: required(affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    preferredAffinity: [
      ...preferred(affinity?.podAffinity?.preferredDuringSchedulingIgnoredDuringExecution, 1),
      ...preferred(affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution, -1),
    ],
  };
}

function termOf(
  { topologyKey, labelSelector, namespaces = [], namespaceSelector }: IPodAffinityTerm,
  namespace: string,
  weight: number,
): AffinityTerm {
  // Neither named nor selected: the pod's own.
  const named = namespaces.length === 0 && !namespaceSelector ? [namespace] : namespaces;
  return {
    topologyKey,
    selector: selectorFromLabelSelector(labelSelector),
    namespaces: new Set(named),
    namespaceSelector: namespaceSelector ? selectorFromLabelSelector(namespaceSelector) : nothing,
    weight,
  };
}

/** Whether a pod of that namespace is one that the term speaks of. */
export const termMatches = (
  { selector, namespaces, namespaceSelector }: AffinityTerm,
  { namespace, labels }: PodNeeds,
  labelsOfNamespace: (name: string) => Readonly<Record<string, string>> | undefined,
): boolean =>
  (namespaces.has(namespace) ||
    (namespaceSelector !== nothing && namespaceSelector.matches(labelsOfNamespace(namespace)))) &&
  selector.matches(labels);

/** Amounts as numbers; what nobody asks for is 0. */
export function amountsOf(quantities: ReadonlyMap<string, ReturnType<typeof parseQuantity>>): Amounts {
  const others = new Map<string, number>();
  let [cpu, memory, ephemeralStorage] = [0, 0, 0];
  for (const [name, quantity] of quantities) {
    if (name === 'cpu') cpu = Number(quantityMilli(quantity));
    else if (name === 'memory') memory = Number(quantityValue(quantity));
    else if (name === 'ephemeral-storage') ephemeralStorage = Number(quantityValue(quantity));
    else others.set(name, Number(quantityValue(quantity)));
  }
  return { cpu, memory, ephemeralStorage, others };
}

/** What a container counts for that asks for nothing (`DefaultMilliCPURequest`, `DefaultMemoryRequest`). */
const silentCpu = 100;
const silentMemory = 200 * 1024 * 1024;

function weightyOf(pod: Pod, { cpu, memory }: Amounts): PodNeeds['weighty'] {
  const containers = pod.spec?.containers ?? [];
  const lacking = (name: string) =>
    containers.filter(({ resources }) => resources?.requests?.[name] === undefined).length;
  return {
    cpu: cpu + lacking('cpu') * silentCpu,
    memory: memory + lacking('memory') * silentMemory,
  };
}

function hostPortsOf({ spec }: Pod): readonly HostPort[] {
  const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...(spec?.containers ?? []), ...sidecars].flatMap((container: IContainer) =>
    (container.ports ?? [])
      .filter(({ hostPort = 0 }) => hostPort > 0)
      .map(({ hostIP, protocol, hostPort }) => ({
        ip: hostIP || '0.0.0.0',
        protocol: protocol ?? 'TCP',
        port: hostPort!,
      })),
  );
}
