import type { IContainer } from 'kubernetes-models/v1';
import {
  addQuantity,
  parseQuantity,
  type Quantity,
  quantityMilli,
  quantityValue,
  zeroQuantity,
} from '../../apimachinery/quantity.ts';
import type { Node, Pod } from '../../client/kinds.ts';
import { matchesNodeAffinity } from '../node-affinity.ts';
import { untolerated } from '../taints.ts';
import type { Waiting } from './pod-run.ts';

type Amounts = ReadonlyMap<string, Quantity>;

/** Resources that every node has; others are only counted where a node has them. */
const ownResources = ['cpu', 'memory', 'ephemeral-storage'];

/**
 * Why a node does not take a pod that somebody bound to it; undefined when it does (the kubelet's `predicateAdmitHandler`). `others`
 * are the pods that it has taken and that still run.
 */
export function refusal(pod: Pod, node: Node, others: readonly Pod[]): Waiting | undefined {
  return (
    lacking(pod, node, others) ??
    (matchesNodeAffinity(pod.spec, node)
      ? undefined
      : predicate('NodeAffinity', "node(s) didn't match Pod's node affinity/selector")) ??
    (portsClash(pod, others)
      ? predicate('NodePorts', "node(s) didn't have free ports for the requested pod ports")
      : undefined) ??
    (untolerated(node.spec?.taints, pod.spec?.tolerations, ['NoExecute'])
      ? predicate('TaintToleration', "node(s) had taints that the pod didn't tolerate")
      : undefined)
  );
}

const predicate = (name: string, reason: string): Waiting => ({
  reason: name,
  message: `Predicate ${name} failed: ${reason}`,
});

const reasons: Readonly<Record<string, string>> = {
  cpu: 'OutOfcpu',
  memory: 'OutOfmemory',
  'ephemeral-storage': 'OutOfephemeral-storage',
};

/** The first resource of which there is too little left. */
export function lacking(pod: Pod, node: Node, others: readonly Pod[]): Waiting | undefined {
  const allocatable = node.status?.allocatable ?? {};
  const pods = Number(quantityValue(amountOf(allocatable['pods'])));
  if (others.length + 1 > pods) return outOf('pods', 1n, BigInt(others.length), BigInt(pods));
  const wanted = requestsOf(pod);
  for (const [name, quantity] of wanted) {
    if (quantity.nano <= 0n) continue;
    const has = Object.hasOwn(allocatable, name);
    if (!has && !ownResources.includes(name)) continue;
    const used = others.reduce(
      (sum, other) => addQuantity(sum, requestsOf(other).get(name) ?? zeroQuantity),
      zeroQuantity,
    );
    const total = has ? amountOf(allocatable[name]) : zeroQuantity;
    if (quantity.nano <= total.nano - used.nano) continue;
    const count = name === 'cpu' ? quantityMilli : quantityValue;
    return outOf(name, count(quantity), count(used), count(total));
  }
  return undefined;
}

const outOf = (name: string, requested: bigint, used: bigint, capacity: bigint): Waiting => ({
  reason: reasons[name] ?? `OutOf${name}`,
  message: `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
});

const amountOf = (text: string | number | undefined): Quantity =>
  text === undefined ? zeroQuantity : parseQuantity(String(text));

const requests = new WeakMap<Pod, Amounts>();

/** What a pod takes: its containers and sidecars together, or its hungriest init container, and its overhead (KEP-753). */
export function requestsOf(pod: Pod): Amounts {
  const known = requests.get(pod);
  if (known) return known;
  const made = sumOf(pod);
  requests.set(pod, made);
  return made;
}

function sumOf({ spec }: Pod): Amounts {
  const sidecars = new Map<string, Quantity>();
  const peak = new Map<string, Quantity>();
  for (const container of spec?.initContainers ?? []) {
    if (container.restartPolicy === 'Always') {
      add(sidecars, container.resources?.requests);
      raise(peak, sidecars);
    } else {
      const moment = new Map(sidecars);
      add(moment, container.resources?.requests);
      raise(peak, moment);
    }
  }
  const sum = new Map(sidecars);
  for (const { resources } of spec?.containers ?? []) add(sum, resources?.requests);
  raise(sum, peak);
  for (const [name, amount] of Object.entries(spec?.resources?.requests ?? {})) {
    sum.set(name, amountOf(amount as string));
  }
  add(sum, spec?.overhead);
  return sum;
}

type Requests = NonNullable<IContainer['resources']>['requests'];

function add(sum: Map<string, Quantity>, amounts: Requests): void {
  for (const [name, amount] of Object.entries(amounts ?? {})) {
    sum.set(name, addQuantity(sum.get(name) ?? zeroQuantity, amountOf(amount)));
  }
}

function raise(sum: Map<string, Quantity>, other: Amounts): void {
  for (const [name, quantity] of other) {
    if (quantity.nano > (sum.get(name)?.nano ?? -1n)) sum.set(name, quantity);
  }
}

interface HostPort {
  readonly ip: string;
  readonly port: string;
}

const hostPortsOf = ({ spec }: Pod): readonly HostPort[] =>
  [
    ...(spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always'),
    ...(spec?.containers ?? []),
  ]
    .flatMap(({ ports = [] }) => ports)
    .filter(({ hostPort }) => hostPort !== undefined && hostPort > 0)
    .map(({ hostIP, hostPort, protocol = 'TCP' }) => ({
      ip: hostIP || '0.0.0.0',
      port: `${hostPort}/${protocol}`,
    }));

/** The same port of the host is wanted twice, on the same address or on all. */
function portsClash(pod: Pod, others: readonly Pod[]): boolean {
  const wanted = hostPortsOf(pod);
  if (wanted.length === 0) return false;
  const taken = others.flatMap(hostPortsOf);
  return wanted.some(({ ip, port }) =>
    taken.some(
      (other) => other.port === port && (other.ip === ip || ip === '0.0.0.0' || other.ip === '0.0.0.0'),
    ),
  );
}
