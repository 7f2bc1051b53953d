import { canonicalIP, ipFamily } from '../../apimachinery/ip.ts';
import type { Client } from '../../client/client.ts';
import type { EventRecorder } from '../../client/event-recorder.ts';
import { unlessNotFound } from '../../client/failure.ts';
import type { Informer } from '../../client/informer.ts';
import { type IPAddress, ipAddresses, type Service, type ServiceCIDR } from '../../client/kinds.ts';
import { keyFor } from '../../client/resource.ts';
import type { ControllerTools } from '../types.ts';

/** What addresses are repaired with. */
export interface RepairTools extends Pick<ControllerTools, 'clock'> {
  readonly client: Client;
  readonly recorder: EventRecorder;
  readonly services: Informer<Service>;
  readonly addresses: Informer<IPAddress>;
  readonly cidrs: Informer<ServiceCIDR>;
}

export type Parent = IPAddress['spec']['parentRef'];

/** Takes this very IPAddress away. */
export async function removeAddress(client: Client, address: IPAddress): Promise<void> {
  const preconditions = { uid: address.metadata.uid };
  await unlessNotFound(client.of(ipAddresses).delete(address, { preconditions }));
}

export const familyOf = (ip: string): string => (ipFamily(ip) === 6 ? 'IPv6' : 'IPv4');

/** Canonical texts; none of a headless Service. */
export const addressesOf = ({ spec }: Service): readonly string[] =>
  spec?.type === 'ExternalName'
    ? []
    : (spec?.clusterIPs ?? []).flatMap((text) => (text === 'None' ? [] : (canonicalIP(text) ?? [])));

export const isOfService = ({ group = '', resource }: Parent): boolean =>
  group === '' && resource === 'services';

export const parentKey = ({ namespace = '', name }: Parent): string => keyFor(namespace, name);
