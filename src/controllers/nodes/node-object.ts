import { formatMicroTime, formatTime } from '../../apimachinery/clock.ts';
import type { Draft } from '../../client/client.ts';
import type { CSINode, Lease, Node } from '../../client/kinds.ts';
import { hostAddress, podCidr } from './node-ranges.ts';

/** On a node that this server simulates: on those of `--nodes`, and on others whose maker wants it. */
export const simulatedAnnotation = 'simulation.binnacle.dev/node';

export const isSimulated = ({ metadata }: Pick<Node, 'metadata'>): boolean =>
  metadata.annotations?.[simulatedAnnotation] === 'true';

const attachAnnotation = 'volumes.kubernetes.io/controller-managed-attach-detach';
const migratedAnnotation = 'storage.alpha.kubernetes.io/migrated-plugins';
const kubeletPort = 10_250;
const leaseSeconds = 40;
export const leaseNamespace = 'kube-node-lease';

const kubeletVersion = 'v1.36.0';

/** What a kubelet that simulates says of itself. */
const nodeInfo = (name: string) => ({
  architecture: 'amd64',
  bootID: `simulated-${name}`,
  containerRuntimeVersion: 'simulated://1.0.0',
  kernelVersion: 'simulated',
  kubeProxyVersion: '',
  kubeletVersion,
  machineID: `simulated-${name}`,
  operatingSystem: 'linux',
  osImage: 'Simulated node, runs no containers',
  systemUUID: `simulated-${name}`,
});

const labelsOf = (name: string) => ({
  'beta.kubernetes.io/arch': 'amd64',
  'beta.kubernetes.io/os': 'linux',
  'kubernetes.io/arch': 'amd64',
  'kubernetes.io/hostname': name,
  'kubernetes.io/os': 'linux',
});

/** A node as a kubelet registers it, and as it says a moment later that it is ready. */
export function nodeDraft(
  name: string,
  place: number,
  capacity: Readonly<Record<string, string>>,
  nowMs: number,
): Draft<Node> {
  return {
    metadata: {
      name,
      labels: labelsOf(name),
      annotations: { [attachAnnotation]: 'true', [simulatedAnnotation]: 'true' },
    },
    spec: { podCIDR: podCidr(place), podCIDRs: [podCidr(place)] },
    status: {
      capacity,
      allocatable: capacity,
      conditions: conditionsAt(nowMs),
      addresses: addressesOf(name, place),
      daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } },
      nodeInfo: nodeInfo(name),
      runtimeHandlers: [{ name: '', features: { recursiveReadOnlyMounts: false, userNamespaces: false } }],
    },
  };
}

const addressesOf = (name: string, place: number) => [
  { type: 'InternalIP', address: hostAddress(place) },
  { type: 'Hostname', address: name },
];

const conditionsAt = (nowMs: number) =>
  (
    [
      ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
      ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
      ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
      ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
    ] as const
  ).map(([type, status, reason, message]) => ({
    ...{ type, status, reason, message },
    lastHeartbeatTime: formatTime(nowMs),
    lastTransitionTime: formatTime(nowMs),
  }));

type NodeStatus = NonNullable<Node['status']>;

/**
 * What the status of a node becomes when its kubelet reports. Amounts that somebody wrote stay, and so does what is not a
 * kubelet's to say.
 */
export function reportedStatus(
  { metadata: { name }, status = {} }: Node,
  place: number,
  capacity: Readonly<Record<string, string>>,
  nowMs: number,
): NodeStatus {
  const own = conditionsAt(nowMs);
  const before = status.conditions ?? [];
  const conditions = own.map((condition) => {
    const known = before.find(({ type }) => type === condition.type);
    // Whoever says that a node is short of something is believed; only being ready is the kubelet's own.
    if (condition.type !== 'Ready' && known && known.status !== 'Unknown') return known;
    const since = known?.status === condition.status ? known.lastTransitionTime : undefined;
    return since === undefined ? condition : { ...condition, lastTransitionTime: since };
  });
  return {
    ...status,
    capacity: { ...capacity, ...status.capacity },
    allocatable: { ...capacity, ...status.capacity, ...status.allocatable },
    conditions: [
      ...before.filter(({ type }) => !own.some((condition) => condition.type === type)),
      ...conditions,
    ],
    addresses: status.addresses?.length ? status.addresses : addressesOf(name, place),
    daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } },
    nodeInfo: nodeInfo(name),
  };
}

/** Whether the node has said of itself what it has to say. */
export const isReported = ({ status }: Node): boolean =>
  status?.nodeInfo?.kubeletVersion === kubeletVersion &&
  status.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';

const nodeReference = ({ metadata: { name, uid } }: Node) => ({
  apiVersion: 'v1',
  kind: 'Node',
  ...{ name, uid },
});

export const leaseDraft = (node: Node, nowMs: number): Draft<Lease> => ({
  metadata: {
    namespace: leaseNamespace,
    name: node.metadata.name,
    ownerReferences: [nodeReference(node)],
  },
  spec: {
    holderIdentity: node.metadata.name,
    leaseDurationSeconds: leaseSeconds,
    renewTime: formatMicroTime(nowMs),
  },
});

export const csiNodeDraft = (node: Node): Draft<CSINode> => ({
  metadata: {
    name: node.metadata.name,
    annotations: { [migratedAnnotation]: '' },
    ownerReferences: [nodeReference(node)],
  },
  spec: { drivers: [] },
});
