import { isIPv6 } from 'node:net';
import { cloneJson, jsonEqual, type KubeObject } from '../../apimachinery/object.ts';
import type { BootstrapObject } from './types.ts';

export const kubernetesNamespace = 'default';
export const kubernetesName = 'kubernetes';
const portName = 'https';

/** Where others reach a server. Must not be a loopback address: Endpoints refuse these. */
export interface ServerAddress {
  readonly ip: string;
  readonly port: number;
}

/** Servers that one EndpointSlice can name together. */
interface Group {
  readonly addressType: 'IPv4' | 'IPv6';
  readonly port: number;
  readonly ips: readonly string[];
}

/** What EndpointSlices are called beside the one that has the name of the Service. */
export const furtherSliceName = /^kubernetes-ipv[46]-\d+$/;

const bySize = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function groupsOf(servers: readonly ServerAddress[]): Group[] {
  const groups = new Map<string, { addressType: 'IPv4' | 'IPv6'; port: number; ips: Set<string> }>();
  for (const { ip, port } of servers) {
    const addressType = isIPv6(ip) ? 'IPv6' : 'IPv4';
    const key = `${addressType}-${String(port).padStart(5, '0')}`;
    const group = groups.get(key) ?? { addressType, port, ips: new Set() };
    groups.set(key, group);
    group.ips.add(ip);
  }
  return [...groups]
    .sort(([a], [b]) => bySize(a, b))
    .map(([, { ips, ...group }]) => ({ ...group, ips: [...ips].sort(bySize) }));
}

/**
 * Where the `kubernetes` Service leads: one Endpoints object, and EndpointSlices for each family and port. Servers that do as the
 * reference server expects, and all have the same port, share one slice of the Service's name.
 */
export function kubernetesEndpoints(servers: readonly ServerAddress[]): BootstrapObject[] {
  const groups = groupsOf(servers);
  const [first = { addressType: 'IPv4' as const, port: 0, ips: [] }, ...others] = groups;
  return [
    endpoints(servers),
    slice(kubernetesName, first),
    ...others.map((group) => slice(`kubernetes-${group.addressType.toLowerCase()}-${group.port}`, group)),
  ];
}

/** Replaces the given fields when they differ and adds the labels. */
function withFields(
  existing: KubeObject,
  labels: Record<string, string>,
  fields: object,
): KubeObject | undefined {
  const object = { ...cloneJson(existing), ...fields };
  object.metadata.labels = { ...object.metadata.labels, ...labels };
  return jsonEqual(object, existing) ? undefined : object;
}

const portsOf = (port: number) => [{ name: portName, port, protocol: 'TCP' }];

function endpoints(servers: readonly ServerAddress[]): BootstrapObject {
  const ports = [...new Set(servers.map(({ port }) => port))].sort((a, b) => a - b);
  const subsets = ports.map((port) => {
    const ips = new Set(servers.filter((server) => server.port === port).map(({ ip }) => ip));
    return { addresses: [...ips].sort(bySize).map((ip) => ({ ip })), ports: portsOf(port) };
  });
  const labels = { 'endpointslice.kubernetes.io/skip-mirror': 'true' };
  const metadata = { name: kubernetesName, namespace: kubernetesNamespace, labels };
  // Without servers the field is left out, as an empty list is when it is stored.
  const fields = { subsets: subsets.length === 0 ? undefined : subsets };
  return {
    group: '',
    resource: 'endpoints',
    namespace: kubernetesNamespace,
    name: kubernetesName,
    object: { apiVersion: 'v1', kind: 'Endpoints', metadata, ...fields },
    mode: 'reconcile',
    reconcile: (existing) => withFields(existing, labels, fields),
  };
}

function slice(name: string, { addressType, port, ips }: Group): BootstrapObject {
  const labels = { 'kubernetes.io/service-name': kubernetesName };
  const metadata = { name, namespace: kubernetesNamespace, labels };
  const fields = {
    endpoints: ips.map((ip) => ({ addresses: [ip], conditions: { ready: true } })),
    ports: ips.length === 0 ? [] : portsOf(port),
  };
  return {
    group: 'discovery.k8s.io',
    resource: 'endpointslices',
    namespace: kubernetesNamespace,
    name,
    object: { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata, addressType, ...fields },
    mode: 'reconcile',
    reconcile: (existing) => withFields(existing, labels, fields),
    mustReplace: (existing) => existing['addressType'] !== addressType,
  };
}
