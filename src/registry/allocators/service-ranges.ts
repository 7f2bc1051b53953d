import {
  type Cidr,
  cidrAddress,
  cidrOffset,
  cidrSize,
  formatCidr,
  parseCidr,
} from '../../apimachinery/ip.ts';

/** As `spec.ipFamilies` names them. */
export type Family = 'IPv4' | 'IPv6';

/** The addresses that services may have out of one CIDR: without its first and, for IPv4, its last address. */
export interface ServiceRange {
  readonly family: Family;
  /** Canonical text of the CIDR. */
  readonly text: string;
  readonly cidr: Cidr;
  readonly size: bigint;
  /** How many at the start are handed out last. */
  readonly reserved: bigint;
}

/* `calculateRangeOffset` of service/ipallocator. */
const reservedShare = 16n;
const minReserved = 16n;
const maxReserved = 256n;

export const familyOf = ({ family }: { family: 4 | 6 }): Family => (family === 4 ? 'IPv4' : 'IPv6');

/** Undefined when the text is no CIDR. */
export function serviceRange(text: string): ServiceRange | undefined {
  const cidr = parseCidr(text);
  if (!cidr) return undefined;
  const total = cidrSize(cidr);
  const unusable = cidr.family === 4 ? 2n : 1n;
  const size = total > unusable ? total - unusable : 0n;
  return { family: familyOf(cidr), text: formatCidr(cidr), cidr, size, reserved: reservedOf(total) };
}

function reservedOf(total: bigint): bigint {
  if (total <= minReserved) return 0n;
  const share = total / reservedShare;
  return share < minReserved ? minReserved : share > maxReserved ? maxReserved : share;
}

/** The address at an offset in [0, size), canonical. */
export const addressAt = ({ cidr }: ServiceRange, offset: bigint): string => cidrAddress(cidr, offset + 1n);

/** True when services may have this address. */
export function holdsAddress({ cidr, size }: ServiceRange, address: string): boolean {
  const offset = cidrOffset(cidr, address);
  return offset !== undefined && offset >= 1n && offset <= size;
}
