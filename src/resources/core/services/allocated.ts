import type { IServicePort, IServiceSpec } from 'kubernetes-models/v1';
import { jsonEqual, type KubeObject } from '../../../apimachinery/object.ts';
import { needsClusterIP, needsHealthCheckPort, needsNodePorts, readSpec, specOf } from './kinds.ts';

const isEmpty = (list: readonly unknown[] | undefined) => (list ?? []).length === 0;

/** A client that knows only `clusterIP` means the first of `clusterIPs`. */
export function pairNewClusterIPs(object: KubeObject): void {
  const spec = specOf(object);
  if (spec.clusterIP && isEmpty(spec.clusterIPs)) spec.clusterIPs = [spec.clusterIP];
}

/**
 * Puts back what was allocated for the stored service and the client left out, so that the same manifest can be sent
 * twice (service storage `patchAllocatedValues`).
 */
export function keepAllocated(object: KubeObject, old: KubeObject): void {
  const spec = specOf(object);
  const oldSpec = readSpec(old);
  if (needsClusterIP(oldSpec) && needsClusterIP(spec)) {
    if (!spec.clusterIP && oldSpec.clusterIP) spec.clusterIP = oldSpec.clusterIP;
    if (isEmpty(spec.clusterIPs) && oldSpec.clusterIPs) spec.clusterIPs = [...oldSpec.clusterIPs];
  }
  if (needsNodePorts(oldSpec) && needsNodePorts(spec)) keepNodePorts(spec.ports ?? [], oldSpec.ports ?? []);
  if (needsHealthCheckPort(oldSpec) && needsHealthCheckPort(spec) && oldSpec.healthCheckNodePort) {
    spec.healthCheckNodePort ||= oldSpec.healthCheckNodePort;
  }
}

/** Ports are known by their name; a node port that the client gave to another port stays there. */
function keepNodePorts(ports: readonly IServicePort[], oldPorts: readonly IServicePort[]): void {
  const given = new Set(ports.map(({ nodePort }) => nodePort));
  const byName = new Map(oldPorts.map(({ name = '', nodePort }) => [name, nodePort]));
  for (const port of ports) {
    const old = byName.get(port.name ?? '');
    if (!port.nodePort && old && !given.has(old)) port.nodePort = old;
  }
}

/** Keeps `clusterIP` and `clusterIPs` in step when a client changed only one of them (`normalizeClusterIPs`). */
export function pairClusterIPs(object: KubeObject, old: KubeObject): void {
  const spec = specOf(object);
  const oldSpec = readSpec(old);
  const clusterIP = spec.clusterIP ?? '';
  const changed = clusterIP !== (oldSpec.clusterIP ?? '');
  if (!changed) {
    if (!isEmpty(oldSpec.clusterIPs) && isEmpty(spec.clusterIPs)) spec.clusterIPs = [...oldSpec.clusterIPs!];
  } else if (sameList(spec, oldSpec, 'clusterIPs')) {
    if (clusterIP === '') delete spec.clusterIPs;
    else spec.clusterIPs = [clusterIP];
  }
}

export const sameList = (a: IServiceSpec, b: IServiceSpec, field: 'clusterIPs' | 'ipFamilies'): boolean =>
  jsonEqual(a[field] ?? [], b[field] ?? []);
