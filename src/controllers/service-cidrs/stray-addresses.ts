import { parseTime } from '../../apimachinery/clock.ts';
import { unlessNotFound } from '../../client/failure.ts';
import { ipAddresses, services } from '../../client/kinds.ts';
import { splitKey } from '../../client/resource.ts';
import { addressesOf, isOfService, type Parent, type RepairTools, removeAddress } from './addresses.ts';
import { isManaged } from './ranges.ts';

/** How long a Service may take to be written after its address was claimed. */
const graceMs = 60_000;
/** How long a claim that is taken back may still be there. */
const revertMs = 5_000;

/** Takes an IPAddress away whose Service is not there or has other addresses. Resolves with when to look again. */
export async function checkAddress(tools: RepairTools, key: string): Promise<number | undefined> {
  const { client, clock, recorder } = tools;
  const address = tools.addresses.get(...splitKey(key));
  if (!address || !isManaged(address)) return undefined;
  const { name, creationTimestamp } = address.metadata;
  const parent = address.spec.parentRef;
  const ageMs = clock.now() - parseTime(creationTimestamp);
  const cleanUp = async (reason: string, message: string) => {
    recorder.event(ipAddresses, address, 'Warning', reason, message);
    await removeAddress(client, address);
    return undefined;
  };
  if (!isOfService(parent)) {
    const what = `IPAddress ${name} appears to have been modified, not referencing a Service ${goText(parent)}: cleaning up`;
    return cleanUp('IPAddressNotAllocated', what);
  }
  const seen = tools.services.get(parent.namespace ?? '', parent.name);
  if (seen && addressesOf(seen).includes(name)) return undefined;
  // Its Service is about to be written, and brings this back.
  if (!seen && ageMs <= graceMs) return graceMs - ageMs + 1;
  const of = `for Service ${parent.namespace}/${parent.name}`;
  const service = await unlessNotFound(client.of(services).get(parent.namespace ?? '', parent.name));
  if (!service) {
    const what = `IPAddress: ${name} ${of} appears to have leaked: cleaning up`;
    return cleanUp('IPAddressNotAllocated', what);
  }
  if (addressesOf(service).includes(name)) return undefined;
  if (service.spec?.type === 'ExternalName' && ageMs < graceMs) return graceMs - ageMs;
  const isNewer = parseTime(creationTimestamp) > parseTime(service.metadata.creationTimestamp);
  if (isNewer && ageMs < revertMs) return revertMs;
  return cleanUp('IPAddressWrongReference', `IPAddress: ${name} ${of} has a wrong reference; cleaning up`);
}

/** As Go prints it. */
const goText = ({ group = '', resource, namespace = '', name }: Parent): string =>
  `&ParentReference{Group:${group},Resource:${resource},Namespace:${namespace},Name:${name},}`;
