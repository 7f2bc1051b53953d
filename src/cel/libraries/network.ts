import {
  type Cidr,
  cidrOffset,
  formatCidr,
  formatIP,
  type IPAddress,
  isValidStrictIP,
  parseCidr,
  parseIP,
} from '../../apimachinery/ip.ts';
import { type Functions, fail } from './library.ts';

const ipName = 'net.IP';
const cidrName = 'net.CIDR';

class CelIp {
  readonly address: IPAddress;

  constructor(address: IPAddress) {
    this.address = address;
  }
}

class CelCidr {
  readonly range: Cidr;

  constructor(range: Cidr) {
    this.range = range;
  }
}

/** What `ip.isCanonical` is called on. */
class IpNamespace {}

const namespaceName = 'kubernetes.IPNamespace';

export const ipConstant = { name: 'ip', type: namespaceName, value: new IpNamespace() };

export const networkTypes = [
  { name: namespaceName, type: IpNamespace },
  { name: ipName, type: CelIp },
  { name: cidrName, type: CelCidr },
];

const tryIp = (text: string) => (isValidStrictIP(text).length === 0 ? parseIP(text) : undefined);
/** As Go's `netip.ParsePrefix`: bits behind the prefix may be set. */
const tryCidr = (text: string) => {
  const [address = '', prefix = ''] = text.split('/');
  return isValidStrictIP(address).length === 0 && /^(0|[1-9]\d*)$/.test(prefix) ? parseCidr(text) : undefined;
};

const ip = (text: string): CelIp =>
  new CelIp(
    tryIp(text) ?? fail(`IP Address ${JSON.stringify(text)} parse error during conversion from string`),
  );
const cidr = (text: string): CelCidr =>
  new CelCidr(
    tryCidr(text) ?? fail(`CIDR ${JSON.stringify(text)} parse error during conversion from string`),
  );

const within = (...ranges: readonly string[]) => {
  const parsed = ranges.map((range) => parseCidr(range)!);
  return ({ address }: CelIp): boolean =>
    parsed.some((range) => cidrOffset(range, formatIP(address)) !== undefined);
};

const isUnspecified = within('0.0.0.0/32', '::/128');
const isLoopback = within('127.0.0.0/8', '::1/128');
const isLinkLocalMulticast = within('224.0.0.0/24', 'ff02::/16');
const isLinkLocalUnicast = within('169.254.0.0/16', 'fe80::/10');
const isNotGlobal = within(
  '0.0.0.0/32',
  '::/128',
  '255.255.255.255/32',
  '127.0.0.0/8',
  '::1/128',
  '224.0.0.0/4',
  'ff00::/8',
);

const containsCidr = ({ range }: CelCidr, { range: inner }: CelCidr): boolean =>
  range.prefix <= inner.prefix && contains(range, { family: inner.family, bits: inner.first });

const contains = (range: Cidr, address: IPAddress): boolean =>
  cidrOffset(range, formatIP(address)) !== undefined;

export const sameIp = (a: CelIp, b: CelIp): boolean => formatIP(a.address) === formatIP(b.address);
export const sameCidr = (a: CelCidr, b: CelCidr): boolean =>
  a.range.prefix === b.range.prefix &&
  a.range.address === b.range.address &&
  a.range.family === b.range.family;

/** Kubernetes' `ip` and `cidr` libraries. */
export const networkFunctions: Functions = {
  'isIP(string): bool': (text: string) => tryIp(text) !== undefined,
  'isIP(string, int): bool': (text: string, family: bigint) => BigInt(tryIp(text)?.family ?? 0) === family,
  [`ip(string): ${ipName}`]: ip,
  [`${namespaceName}.isCanonical(string): bool`]: (_ip: unknown, text: string) =>
    formatIP(ip(text).address) === text,
  [`string(${ipName}): string`]: ({ address }: CelIp) => formatIP(address),
  [`${ipName}.family(): int`]: ({ address }: CelIp) => BigInt(address.family),
  [`${ipName}.isUnspecified(): bool`]: isUnspecified,
  [`${ipName}.isLoopback(): bool`]: isLoopback,
  [`${ipName}.isLinkLocalMulticast(): bool`]: isLinkLocalMulticast,
  [`${ipName}.isLinkLocalUnicast(): bool`]: isLinkLocalUnicast,
  [`${ipName}.isGlobalUnicast(): bool`]: (value: CelIp) => !isNotGlobal(value) && !isLinkLocalUnicast(value),
  'isCIDR(string): bool': (text: string) => tryCidr(text) !== undefined,
  [`cidr(string): ${cidrName}`]: cidr,
  [`string(${cidrName}): string`]: ({ range }: CelCidr) =>
    `${formatIP({ family: range.family, bits: range.address })}/${range.prefix}`,
  [`${cidrName}.ip(): ${ipName}`]: ({ range }: CelCidr) =>
    new CelIp({ family: range.family, bits: range.address }),
  [`${cidrName}.prefixLength(): int`]: ({ range }: CelCidr) => BigInt(range.prefix),
  [`${cidrName}.masked(): ${cidrName}`]: ({ range }: CelCidr) => cidr(formatCidr(range)),
  [`${cidrName}.containsIP(${ipName}): bool`]: ({ range }: CelCidr, { address }: CelIp) =>
    contains(range, address),
  [`${cidrName}.containsIP(string): bool`]: ({ range }: CelCidr, text: string) =>
    contains(range, ip(text).address),
  [`${cidrName}.containsCIDR(${cidrName}): bool`]: containsCidr,
  [`${cidrName}.containsCIDR(string): bool`]: (outer: CelCidr, text: string) =>
    containsCidr(outer, cidr(text)),
};
