import { hostname, networkInterfaces } from 'node:os';

const wildcards = new Set(['0.0.0.0', '::', '']);
const loopback = /^(127\.|::1$|localhost$)/;

/** RFC 5737: stands in Endpoints, which refuse loopback addresses, when the machine has no other. */
export const documentationAddress = '192.0.2.1';

const isWildcard = (bindAddress: string): boolean => wildcards.has(bindAddress);

const interfaceAddresses = () =>
  Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    // Link-local IPv6 addresses mean nothing without the name of the interface.
    .filter(({ internal, scopeid }) => !internal && !scopeid);

/** Host part of the URL at which a client on this machine finds a server bound to the address. */
export function localUrlHost(bindAddress: string): string {
  if (isWildcard(bindAddress)) return '127.0.0.1';
  return bindAddress.includes(':') ? `[${bindAddress}]` : bindAddress;
}

/** Where others find a server bound to the address: never a loopback address. */
export function advertisedAddress(bindAddress: string): string {
  if (!isWildcard(bindAddress) && !loopback.test(bindAddress)) return bindAddress;
  const found = interfaceAddresses().find(({ family }) => family === 'IPv4');
  return found?.address ?? documentationAddress;
}

/** Names and addresses by which a server bound to the address may be called: all of this machine's when bound to all. */
export function hostsOf(bindAddress: string): readonly string[] {
  if (!isWildcard(bindAddress)) return [bindAddress];
  return [hostname(), ...interfaceAddresses().map(({ address }) => address)];
}
