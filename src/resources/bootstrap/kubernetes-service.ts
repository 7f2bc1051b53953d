import { isIPv6 } from 'node:net';
import { formatTime } from '../../apimachinery/clock.ts';
import { cloneJson, isRecord, jsonEqual, type KubeObject } from '../../apimachinery/object.ts';
import type { BootstrapObject, BootstrapOptions } from './types.ts';

const namespace = 'default';
const name = 'kubernetes';
const servicePort = 443;
const portName = 'https';

/** The range that Service addresses come from, ready from the start. */
function serviceCidr({ serviceCidrs, nowMs }: BootstrapOptions): BootstrapObject {
  return {
    group: 'networking.k8s.io',
    resource: 'servicecidrs',
    namespace: '',
    name,
    object: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'ServiceCIDR',
      metadata: { name },
      spec: { cidrs: [...serviceCidrs] },
    },
    mode: 'reconcile',
    reconcile: (existing) => toDualStack(existing, serviceCidrs),
    status: (existing) => readyStatus(existing, serviceCidrs, nowMs),
  };
}

const cidrsOf = (object: KubeObject) => (object['spec'] as { cidrs?: string[] } | undefined)?.cidrs ?? [];

/** The only change there may be: a second range is added to the first. */
function toDualStack(existing: KubeObject, wanted: readonly string[]): KubeObject | undefined {
  const cidrs = cidrsOf(existing);
  const grows = wanted.length === 2 && cidrs.length === 1 && cidrs[0] === wanted[0];
  return grows ? { ...cloneJson(existing), spec: { cidrs: [...wanted] } } : undefined;
}

function readyStatus(existing: KubeObject, wanted: readonly string[], nowMs: number): KubeObject | undefined {
  const status = isRecord(existing['status']) ? existing['status'] : {};
  const conditions = (status['conditions'] ?? []) as { type: string; status: string }[];
  const known = conditions.some(({ type, status: value }) => type === 'Ready' && value !== 'Unknown');
  if (known || !jsonEqual(cidrsOf(existing), wanted)) return undefined;
  const ready = {
    type: 'Ready',
    status: 'True',
    lastTransitionTime: formatTime(nowMs),
    reason: '',
    message: 'Kubernetes default Service CIDR is ready',
  };
  const others = conditions.filter(({ type }) => type !== 'Ready');
  return { ...cloneJson(existing), status: { ...status, conditions: [...others, ready] } };
}

/** How programs in the cluster find the API. */
const service = ({ serviceIp, securePort }: BootstrapOptions): BootstrapObject => ({
  group: '',
  resource: 'services',
  namespace,
  name,
  object: {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      type: 'ClusterIP',
      clusterIP: serviceIp,
      ipFamilyPolicy: 'SingleStack',
      sessionAffinity: 'None',
      ports: [{ name: portName, protocol: 'TCP', port: servicePort, targetPort: securePort }],
    },
  },
  mode: 'createIfMissing',
});

/** The claim of the Service on its address. */
const ipAddress = ({ serviceIp }: BootstrapOptions): BootstrapObject => ({
  group: 'networking.k8s.io',
  resource: 'ipaddresses',
  namespace: '',
  name: serviceIp,
  object: {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IPAddress',
    metadata: {
      name: serviceIp,
      labels: {
        'ipaddress.kubernetes.io/ip-family': isIPv6(serviceIp) ? 'IPv6' : 'IPv4',
        'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
      },
    },
    spec: { parentRef: { group: '', resource: 'services', namespace, name } },
  },
  mode: 'createIfMissing',
});

/** The `kubernetes` Service and what belongs to it; where it leads is in `kubernetes-endpoints.ts`. */
export const kubernetesService = (options: BootstrapOptions): BootstrapObject[] => [
  serviceCidr(options),
  service(options),
  ipAddress(options),
];
