import { unlessNotFound } from '../../client/failure.ts';
import { type IPAddress, ipAddresses, type Service, services } from '../../client/kinds.ts';
import { keyOf, splitKey } from '../../client/resource.ts';
import {
  addressesOf,
  familyOf,
  isOfService,
  parentKey,
  type RepairTools,
  removeAddress,
} from './addresses.ts';
import { familyLabel, givesAny, isManaged, managedByAllocator, managedByLabel } from './ranges.ts';

/** Claims the addresses of a Service that have no IPAddress, or one that says something else. */
export async function checkService(tools: RepairTools, key: string): Promise<void> {
  const { client, services: known, addresses } = tools;
  const seen = known.get(...splitKey(key));
  const doubtful = seen && addressesOf(seen).some((ip) => !isClaimed(addresses.get('', ip), seen));
  if (!doubtful) return;
  // The news of its address may be on its way.
  const service = await unlessNotFound(client.of(services).get(...splitKey(key)));
  if (!service) return;
  for (const ip of addressesOf(service)) await repairOne(tools, ip, service);
}

async function repairOne(
  { client, recorder, services: known, cidrs }: RepairTools,
  ip: string,
  service: Service,
): Promise<void> {
  const objects = client.of(ipAddresses);
  const { namespace, name } = service.metadata;
  const warn = (reason: string, message: string) =>
    recorder.event(services, service, 'Warning', reason, message);
  const claim = async () => {
    const labels = { [familyLabel]: familyOf(ip), [managedByLabel]: managedByAllocator };
    const parentRef = { resource: 'services', namespace, name };
    await objects.create('', { metadata: { name: ip, labels }, spec: { parentRef } });
  };
  const reclaim = async (address: IPAddress) => {
    await removeAddress(client, address);
    await claim();
  };
  const which = `[${familyOf(ip)}]: ${ip}`;
  if (![...cidrs.all()].some((cidr) => givesAny(cidr, ip))) {
    const what = `Cluster IP ${which} is not within any configured Service CIDR; please recreate service`;
    return warn('ClusterIPOutOfRange', what);
  }
  const address = await unlessNotFound(objects.get('', ip));
  if (!address) {
    warn('ClusterIPNotAllocated', `Cluster IP ${which} is not allocated; repairing`);
    return claim();
  }
  const parent = address.spec.parentRef;
  const owner = known.get(parent.namespace ?? '', parent.name);
  if (!isOfService(parent) || !owner) {
    const what = `the ClusterIP ${which} for Service ${namespace}/${name} has a wrong reference; repairing`;
    warn('ClusterIPNotAllocated', what);
    return reclaim(address);
  }
  if (keyOf(owner) !== keyOf(service) && addressesOf(owner).includes(ip)) {
    const what = `Cluster IP [${familyOf(ip)}]:${ip} was assigned to multiple services; please recreate service`;
    return warn('ClusterIPAlreadyAllocated', what);
  }
  if (!isManaged(address) || address.metadata.labels?.[familyLabel] !== familyOf(ip)) {
    return reclaim(address);
  }
}

const isClaimed = (address: IPAddress | undefined, service: Service): boolean =>
  address !== undefined &&
  isManaged(address) &&
  address.metadata.labels?.[familyLabel] === familyOf(address.metadata.name) &&
  isOfService(address.spec.parentRef) &&
  parentKey(address.spec.parentRef) === keyOf(service);
