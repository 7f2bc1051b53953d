/** `--service-node-port-range`, both ends included. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/* `calculateRangeOffset` of service/portallocator. */
const reservedShare = 32;
const minReserved = 16;
const maxReserved = 128;

export const portCount = ({ from, to }: PortRange): number => Math.max(0, to - from + 1);

export const portRangeText = ({ from, to }: PortRange): string => `${from}-${to}`;

export const holdsPort = ({ from, to }: PortRange, port: number): boolean => port >= from && port <= to;

/** How many ports at the start are handed out last. */
export function reservedPorts(range: PortRange): number {
  const count = portCount(range);
  if (count <= minReserved) return 0;
  return Math.min(Math.max(Math.floor(count / reservedShare), minReserved), maxReserved);
}
