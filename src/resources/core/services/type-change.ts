import type { IServiceSpec } from 'kubernetes-models/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { sameList } from './allocated.ts';
import {
  isExternallyAccessible,
  mayHaveNodePorts,
  needsClusterIP,
  needsHealthCheckPort,
  readSpec,
  specOf,
} from './kinds.ts';

/**
 * A service is a union by its type. When the type changes, fields that the new one has no use for are wiped, provided
 * that they may have been filled in by the server and the client left them as they were; if it changed them too,
 * validation says so (service strategy `dropTypeDependentFields`).
 */
export function wipeForType(object: KubeObject, old: KubeObject): void {
  const spec = specOf(object);
  const oldSpec = readSpec(old);
  const same = (field: keyof IServiceSpec) => spec[field] === oldSpec[field];
  if (needsClusterIP(oldSpec) && !needsClusterIP(spec)) wipeAddresses(spec, oldSpec);
  if (mayHaveNodePorts(oldSpec) && !mayHaveNodePorts(spec) && addsNoNodePort(spec, oldSpec)) {
    for (const port of spec.ports ?? []) delete port.nodePort;
  }
  if (needsHealthCheckPort(oldSpec) && !needsHealthCheckPort(spec) && same('healthCheckNodePort')) {
    delete spec.healthCheckNodePort;
  }
  if (oldSpec.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    if (same('allocateLoadBalancerNodePorts')) delete spec.allocateLoadBalancerNodePorts;
    if (same('loadBalancerClass')) delete spec.loadBalancerClass;
  }
  if (isExternallyAccessible(oldSpec) && !isExternallyAccessible(spec) && same('externalTrafficPolicy')) {
    delete spec.externalTrafficPolicy;
  }
  if (spec.type !== 'LoadBalancer') wipeLoadBalancer(object);
}

function wipeAddresses(spec: IServiceSpec, oldSpec: IServiceSpec): void {
  if (spec.clusterIP === oldSpec.clusterIP && sameList(spec, oldSpec, 'clusterIPs')) {
    delete spec.clusterIP;
    delete spec.clusterIPs;
  }
  if (sameList(spec, oldSpec, 'ipFamilies')) delete spec.ipFamilies;
  if (spec.ipFamilyPolicy === oldSpec.ipFamilyPolicy) delete spec.ipFamilyPolicy;
}

function addsNoNodePort({ ports = [] }: IServiceSpec, { ports: oldPorts = [] }: IServiceSpec): boolean {
  const old = new Set(oldPorts.map(({ nodePort }) => nodePort));
  return ports.every(({ nodePort }) => !nodePort || old.has(nodePort));
}

function wipeLoadBalancer(object: KubeObject): void {
  const status = object['status'];
  if (typeof status === 'object' && status !== null) object['status'] = { ...status, loadBalancer: {} };
}
