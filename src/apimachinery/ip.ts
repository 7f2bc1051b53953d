import { isIPv4, isIPv6 } from 'node:net';
import { lazyPackage } from './lazy-package.ts';

const ipaddr = lazyPackage<typeof import('ipaddr.js')>('ipaddr.js');

export type IPFamily = 4 | 6;

/** An address as a number of 32 or 128 bits. */
export interface IPAddress {
  readonly family: IPFamily;
  readonly bits: bigint;
}

/** A range of addresses. `address` is as written, which may have bits set behind the prefix; `first` has none. */
export interface Cidr {
  readonly family: IPFamily;
  readonly address: bigint;
  readonly first: bigint;
  readonly prefix: number;
}

export const invalidIPMessage = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
export const invalidCIDRMessage = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

const bitsOf = (family: IPFamily) => (family === 4 ? 32 : 128);
const maxOctet = 255;
/** `::ffff:a.b.c.d` carries an IPv4 address in its last 32 bits. */
const mappedPrefix = 0xffffn;
const mappedPrefixBits = 96;

const toBits = (bytes: readonly number[]) => bytes.reduce((bits, byte) => (bits << 8n) | BigInt(byte), 0n);

function toBytes({ family, bits }: IPAddress): number[] {
  const length = bitsOf(family) / 8;
  return Array.from({ length }, (_, i) => Number((bits >> BigInt(8 * (length - 1 - i))) & 0xffn));
}

/** Four decimal octets, leading zeros accepted, as Go did before 1.17 and as old objects may hold. */
function parseSloppyIPv4(text: string): bigint | undefined {
  if (!/^\d{1,20}(\.\d{1,20}){3}$/.test(text)) return undefined;
  const octets = text.split('.').map(Number);
  return octets.every((octet) => octet <= maxOctet) ? toBits(octets) : undefined;
}

/**
 * Reads an address as `netutils.ParseIPSloppy`: no zone, leading zeros in IPv4 accepted, IPv4 mapped into IPv6 is
 * IPv4. Undefined when it is none.
 */
export function parseIP(text: string): IPAddress | undefined {
  const bits = parseSloppyIPv4(text);
  if (bits !== undefined) return { family: 4, bits };
  // Most texts are no addresses at all, and the first use of `isIPv6` compiles an expression that takes milliseconds.
  if (!text.includes(':') || text.includes('%') || !isIPv6(text)) return undefined;
  const wide = toBits(ipaddr().IPv6.parse(text).toByteArray());
  return wide >> 32n === mappedPrefix ? { family: 4, bits: wide & 0xffffffffn } : { family: 6, bits: wide };
}

/** The canonical text: dotted decimal, or RFC 5952. */
export function formatIP(address: IPAddress): string {
  const bytes = toBytes(address);
  return address.family === 4 ? bytes.join('.') : new (ipaddr().IPv6)(bytes).toRFC5952String();
}

/** The canonical form of an address text, or undefined when it is no address. */
export function canonicalIP(text: string): string | undefined {
  const address = parseIP(text);
  return address && formatIP(address);
}

/** 4, 6, or undefined when the text is no address. */
export const ipFamily = (text: string): IPFamily | undefined => parseIP(text)?.family;

/** Reads `10.9.8.0/24`, as sloppily as `parseIP`. Undefined when it is no range. */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^([^/]+)\/(\d{1,3})$/.exec(text);
  const parsed = match && parseIP(match[1]!);
  if (!match || !parsed) return undefined;
  let { family, bits: address } = parsed;
  let prefix = Number(match[2]);
  if (family === 4 && match[1]!.includes(':')) {
    // A mapped address counts its 96 leading bits; a shorter prefix leaves IPv4.
    if (prefix >= mappedPrefixBits) prefix -= mappedPrefixBits;
    else [family, address] = [6, (mappedPrefix << 32n) | address];
  }
  if (prefix > bitsOf(family)) return undefined;
  const hostBits = BigInt(bitsOf(family) - prefix);
  return { family, address, first: (address >> hostBits) << hostBits, prefix };
}

/** The range in canonical form, bits behind the prefix cleared. */
export const formatCidr = ({ family, first, prefix }: Cidr): string =>
  `${formatIP({ family, bits: first })}/${prefix}`;

/** How many addresses a range has, network and broadcast addresses included. */
export const cidrSize = ({ family, prefix }: Cidr): bigint => 1n << BigInt(bitsOf(family) - prefix);

/** The address at an offset from the first one. Throws `RangeError` outside the range. */
export function cidrAddress(cidr: Cidr, offset: bigint): string {
  if (offset < 0n || offset >= cidrSize(cidr))
    throw new RangeError(`offset ${offset} outside ${formatCidr(cidr)}`);
  return formatIP({ family: cidr.family, bits: cidr.first + offset });
}

/** Offset of an address in a range, or undefined when it lies outside or is no address. */
export function cidrOffset(cidr: Cidr, text: string): bigint | undefined {
  const address = parseIP(text);
  if (address?.family !== cidr.family) return undefined;
  const offset = address.bits - cidr.first;
  return offset >= 0n && offset < cidrSize(cidr) ? offset : undefined;
}

export const cidrContains = (cidr: Cidr, text: string): boolean => cidrOffset(cidr, text) !== undefined;

/*
 * Findings, as the messages of apimachinery `util/validation`.
 */

/** Fields that always took sloppy forms. */
export const isValidIP = (text: string): string[] => (parseIP(text) ? [] : [invalidIPMessage]);

export const isValidIPv4 = (text: string): string[] =>
  ipFamily(text) === 4 ? [] : ['must be a valid IPv4 address'];

export const isValidIPv6 = (text: string): string[] =>
  ipFamily(text) === 6 ? [] : ['must be a valid IPv6 address'];

/** Fields that take sloppy forms only when they held them before: `StrictIPCIDRValidation`. */
export function isValidStrictIP(text: string): string[] {
  if (!parseIP(text)) return [invalidIPMessage];
  if (isIPv4(text)) return [];
  if (!text.includes(':')) return ['must not have leading 0s'];
  return ipFamily(text) === 4 ? ['must not be an IPv4-mapped IPv6 address'] : [];
}

/** Newer fields: one text per address. */
export function isCanonicalIP(text: string): string[] {
  const errors = isValidStrictIP(text);
  if (errors.length > 0) return errors;
  const canonical = canonicalIP(text)!;
  return text === canonical ? [] : [`must be in canonical form (${JSON.stringify(canonical)})`];
}

/** Fields that always took sloppy forms. */
export const isValidCIDR = (text: string): string[] => (parseCidr(text) ? [] : [invalidCIDRMessage]);

/** Fields that take sloppy forms only when they held them before: `StrictIPCIDRValidation`. */
export function isValidStrictCIDR(text: string): string[] {
  const cidr = parseCidr(text);
  if (!cidr) return [invalidCIDRMessage];
  const [address = '', prefix = ''] = text.split('/');
  if ((prefix.length > 1 && prefix.startsWith('0')) || !(isIPv4(address) || address.includes(':'))) {
    return ['must not have leading 0s in IP or prefix length'];
  }
  if (ipFamily(address) === 4 && address.includes(':')) return ['must not have an IPv4-mapped IPv6 address'];
  return cidr.address === cidr.first ? [] : ['must not have bits set beyond the prefix length'];
}

/** Newer fields: one text per range. */
export function isCanonicalCIDR(text: string): string[] {
  const errors = isValidStrictCIDR(text);
  if (errors.length > 0) return errors;
  const canonical = formatCidr(parseCidr(text)!);
  return text === canonical ? [] : [`must be in canonical form (${JSON.stringify(canonical)})`];
}
