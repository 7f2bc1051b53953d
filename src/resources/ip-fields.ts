import { isIP, isIPv4 } from 'node:net';
import { type FieldError, type FieldPath, invalid } from '../apimachinery/field-error.ts';
import {
  type Cidr,
  formatCidr,
  formatIP,
  type IPAddress,
  isValidStrictCIDR,
  isValidStrictIP,
  parseCidr,
  parseIP,
} from '../apimachinery/ip.ts';
import { invalidFor } from './validation/values.ts';

const sets = new WeakMap<readonly string[], ReadonlySet<string>>();

/** The same list is asked for every value of the new one. */
function holds(list: readonly string[], value: string): boolean {
  let set = sets.get(list);
  if (!set) sets.set(list, (set = new Set(list)));
  return set.has(value);
}

/**
 * An address in a field that once took sloppy forms: those are only accepted where the stored object has them already
 * (`validation.IsValidIPForLegacyField`).
 */
export const validateIPField = (
  value: string,
  path: FieldPath,
  oldValues: readonly string[] = [],
): FieldError[] => (holds(oldValues, value) ? [] : invalidFor(isValidStrictIP(value), value, path));

/** As `validateIPField`, for a range. */
export const validateCIDRField = (
  value: string,
  path: FieldPath,
  oldValues: readonly string[] = [],
): FieldError[] => (holds(oldValues, value) ? [] : invalidFor(isValidStrictCIDR(value), value, path));

const topBits = ({ family, bits }: IPAddress, count: number) =>
  bits >> BigInt((family === 4 ? 32 : 128) - count);

const isUnspecified = ({ bits }: IPAddress) => bits === 0n;
const isLoopback = (ip: IPAddress) => (ip.family === 4 ? topBits(ip, 8) === 127n : ip.bits === 1n);
const isLinkLocal = (ip: IPAddress) =>
  ip.family === 4 ? topBits(ip, 16) === 0xa9fen : topBits(ip, 10) === 0b1111111010n;
const isLinkLocalMulticast = (ip: IPAddress) =>
  ip.family === 4 ? topBits(ip, 24) === 0xe00000n : topBits(ip, 16) === 0xff02n;

/** Addresses that no endpoint can have (core `ValidateEndpointIP`). */
export function validateEndpointIP(value: string, path: FieldPath): FieldError[] {
  const ip = parseIP(value);
  if (!ip) return [invalid(path, value, 'must be a valid IP address')];
  const messages: string[] = [];
  if (isUnspecified(ip)) messages.push(`may not be unspecified (${value})`);
  if (isLoopback(ip)) messages.push('may not be in the loopback range (127.0.0.0/8, ::1/128)');
  if (isLinkLocal(ip)) messages.push('may not be in the link-local range (169.254.0.0/16, fe80::/10)');
  if (isLinkLocalMulticast(ip)) {
    messages.push('may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)');
  }
  return invalidFor(messages, value, path);
}

/** Says how an address should rather be written; nothing when it is fine or no address at all. */
export function warningsForIP(value: string, path: FieldPath): string[] {
  const ip = parseIP(value);
  if (!ip) return [];
  const proper = formatIP(ip);
  if (isIP(value) === 0 || (ip.family === 4 && !isIPv4(value))) {
    return [
      `${path}: non-standard IP address ${JSON.stringify(value)} is invalid: use ${JSON.stringify(proper)}`,
    ];
  }
  if (ip.family === 6 && proper !== value) {
    return [
      `${path}: IPv6 address ${JSON.stringify(value)} should be in RFC 5952 canonical format (${JSON.stringify(proper)})`,
    ];
  }
  return [];
}

/** As `warningsForIP`, for a range. */
export function warningsForCIDR(value: string, path: FieldPath): string[] {
  const cidr = parseCidr(value);
  if (!cidr) return [];
  const quoted = JSON.stringify(value);
  const proper = JSON.stringify(formatCidr(cidr));
  const warnings: string[] = [];
  if (cidr.address !== cidr.first) {
    warnings.push(
      `${path}: CIDR value ${quoted} is ambiguous in this context (should be ${proper} or ${JSON.stringify(single(cidr))}?)`,
    );
  }
  if (isNonStandard(value, cidr)) {
    warnings.push(`${path}: non-standard CIDR value ${quoted} is invalid: use ${proper}`);
  }
  if (warnings.length === 0 && cidr.family === 6 && proper !== quoted) {
    warnings.push(`${path}: IPv6 CIDR value ${quoted} should be in RFC 5952 canonical format (${proper})`);
  }
  return warnings;
}

const single = ({ family, address }: Cidr) =>
  `${formatIP({ family, bits: address })}/${family === 4 ? 32 : 128}`;

function isNonStandard(value: string, { family }: Cidr): boolean {
  const [address = '', prefix = ''] = value.split('/');
  if (prefix.length > 1 && prefix.startsWith('0')) return true;
  return family === 4 ? !isIPv4(address) : isIP(address) === 0;
}
