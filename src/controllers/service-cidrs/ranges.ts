import { type Cidr, cidrAddress, cidrContains, cidrSize, parseCidr } from '../../apimachinery/ip.ts';
import type { IPAddress, ServiceCIDR } from '../../client/kinds.ts';

/** Label and value of addresses that the API server gave to Services. */
export const managedByLabel = 'ipaddress.kubernetes.io/managed-by';
export const managedByAllocator = 'ipallocator.k8s.io';
export const familyLabel = 'ipaddress.kubernetes.io/ip-family';

export const isManaged = ({ metadata }: IPAddress): boolean =>
  metadata.labels?.[managedByLabel] === managedByAllocator;

export const rangesOf = ({ spec }: ServiceCIDR): readonly Cidr[] =>
  (spec?.cidrs ?? []).flatMap((text) => parseCidr(text) ?? []);

/** Whether Services may have this address of the range: not its first, and of IPv4 not its last. */
export function gives(range: Cidr, address: string): boolean {
  if (!cidrContains(range, address) || cidrAddress(range, 0n) === address) return false;
  return range.family === 6 || cidrAddress(range, cidrSize(range) - 1n) !== address;
}

export const givesAny = (cidr: ServiceCIDR, address: string): boolean =>
  rangesOf(cidr).some((range) => gives(range, address));

/** Whether `outer` has all of `inner`. */
export const covers = (outer: Cidr, inner: Cidr): boolean =>
  outer.family === inner.family &&
  outer.prefix <= inner.prefix &&
  cidrContains(outer, cidrAddress(inner, 0n));

export const overlap = (a: Cidr, b: Cidr): boolean => covers(a, b) || covers(b, a);
