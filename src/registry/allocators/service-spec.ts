import type { IServiceSpec } from 'kubernetes-models/v1';
import { ipFamily } from '../../apimachinery/ip.ts';
import { isHeadless } from '../../resources/core/services/kinds.ts';
import type { Family } from './service-ranges.ts';

/** The addresses that were allocated for a service. */
export const heldAddresses = (spec: IServiceSpec): readonly string[] =>
  spec.type === 'ExternalName' || isHeadless(spec) ? [] : (spec.clusterIPs ?? []).filter((ip) => ip !== '');

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
