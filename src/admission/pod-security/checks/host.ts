import type { IContainer } from 'kubernetes-models/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import type { Rule, Violation } from './types.ts';
import {
  allContainers,
  containersText,
  containersWhere,
  forContainers,
  forSetters,
  plural,
  quoted,
  sorted,
  specOfPod,
} from './walk.ts';

function hostNamespaces(pod: KubeObject): Violation | undefined {
  const spec = specOfPod(pod);
  const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => spec[field]);
  if (shared.length === 0) return undefined;
  return { reason: 'host namespaces', detail: shared.map((field) => `${field}=true`).join(', ') };
}

function hostPathVolumes(pod: KubeObject): Violation | undefined {
  const names = (specOfPod(pod).volumes ?? []).filter(({ hostPath }) => hostPath).map(({ name }) => name);
  if (names.length === 0) return undefined;
  return {
    reason: 'hostPath volumes',
    detail: `${plural('volume', 'volumes', names.length)} ${quoted(names)}`,
  };
}

const hostPortsOf = ({ ports = [] }: IContainer): string[] =>
  ports.flatMap(({ hostPort }) => (hostPort ? [String(hostPort)] : []));

const hostPorts = forContainers(
  (container) => hostPortsOf(container).length > 0,
  (who, names, pod) => {
    const ports = sorted(allContainers(pod).flatMap(hostPortsOf));
    const uses = plural('uses', 'use', names.length);
    const what = plural('hostPort', 'hostPorts', ports.length);
    return { reason: 'hostPort', detail: `${who} ${uses} ${what} ${ports.join(', ')}` };
  },
);

/** Hosts that the kubelet would connect to for the container, and could be made to reach what the pod may not. */
function probedHosts({ livenessProbe, readinessProbe, startupProbe, lifecycle }: IContainer): string[] {
  const handlers = [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop];
  return handlers
    .flatMap((handler) => [handler?.httpGet?.host, handler?.tcpSocket?.host])
    .filter((host): host is string => Boolean(host));
}

function hostProbes(pod: KubeObject): Violation | undefined {
  const names = sorted(containersWhere(pod, (container) => probedHosts(container).length > 0));
  if (names.length === 0) return undefined;
  const hosts = sorted(allContainers(pod).flatMap(probedHosts));
  const what = plural('probe or lifecycle host', 'probe or lifecycle hosts', hosts.length);
  return {
    reason: 'probe or lifecycle host',
    detail: `${containersText(names)} ${plural('uses', 'use', names.length)} ${what} ${quoted(hosts)}`,
  };
}

const hostProcess = forSetters(
  ({ windowsOptions }) => windowsOptions?.hostProcess === true,
  (who) => ({
    reason: 'hostProcess',
    detail: `${who} must not set securityContext.windowsOptions.hostProcess=true`,
  }),
);

/** What would let a pod reach the node it runs on. */
export const hostRules: readonly Rule[] = [
  { id: 'hostNamespaces', level: 'baseline', versions: [{ from: 0, check: hostNamespaces }] },
  { id: 'hostPathVolumes', level: 'baseline', versions: [{ from: 0, check: hostPathVolumes }] },
  { id: 'hostPorts', level: 'baseline', versions: [{ from: 0, check: hostPorts }] },
  { id: 'hostProbesAndHostLifecycle', level: 'baseline', versions: [{ from: 34, check: hostProbes }] },
  { id: 'windowsHostProcess', level: 'baseline', versions: [{ from: 0, check: hostProcess }] },
];
