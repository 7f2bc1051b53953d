import type { IServiceSpec } from 'kubernetes-models/v1';
import { ipFamily } from '../../apimachinery/ip.ts';
import { isRecord, type KubeObject } from '../../apimachinery/object.ts';
import type { Family } from './service-ranges.ts';

/** The spec of a service, for reading and for filling. */
export const specOf = (service: KubeObject): IServiceSpec =>
  (isRecord(service['spec']) ? service['spec'] : {}) as IServiceSpec;

export const isHeadless = ({ clusterIPs }: IServiceSpec): boolean => clusterIPs?.[0] === 'None';

/** The addresses that were allocated for a service. */
export const heldAddresses = (spec: IServiceSpec): readonly string[] =>
  spec.type === 'ExternalName' || isHeadless(spec) ? [] : (spec.clusterIPs ?? []).filter((ip) => ip !== '');

/** Types whose ports may be open on every node. */
export const mayHaveNodePorts = ({ type }: IServiceSpec): boolean =>
  type === 'NodePort' || type === 'LoadBalancer';

/** True when ports without a number get one. */
export const wantsNodePorts = ({ type, allocateLoadBalancerNodePorts }: IServiceSpec): boolean =>
  type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);

export const needsHealthCheckPort = ({ type, externalTrafficPolicy }: IServiceSpec): boolean =>
  type === 'LoadBalancer' && externalTrafficPolicy === 'Local';

/** Every port number that a service holds on the nodes. */
export function heldPorts({ ports, healthCheckNodePort }: IServiceSpec): number[] {
  const held = (ports ?? []).flatMap(({ nodePort }) => nodePort || []);
  return healthCheckNodePort ? [...held, healthCheckNodePort] : held;
}

/** The families of a service; services older than the field tell by their addresses. */
export function familiesOf({ ipFamilies, clusterIPs }: IServiceSpec): readonly Family[] {
  if (ipFamilies && ipFamilies.length > 0) return ipFamilies as Family[];
  return (clusterIPs ?? []).flatMap((ip) => {
    const family = ipFamily(ip);
    return family === undefined ? [] : family === 4 ? 'IPv4' : 'IPv6';
  });
}
