import type { KubeObject } from '../../apimachinery/object.ts';
import { holdsPort, type PortRange, portRangeText } from './port-range.ts';

/*
 * RangeAllocation of core v1, as the reference server keeps it: `data` is a big-endian number in base64 whose bit n stands for
 * the n-th port of `range` (`AllocationBitmap` of service/allocator).
 */

/** The object that says which ports are taken. Ports outside the range are left out. */
export function rangeAllocation(range: PortRange, ports: Iterable<number>): KubeObject {
  let bits = 0n;
  for (const port of ports) if (holdsPort(range, port)) bits |= 1n << BigInt(port - range.from);
  const hex = bits === 0n ? '' : bits.toString(16);
  const data = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'RangeAllocation',
    metadata: {},
    range: portRangeText(range),
    ...(data === '' ? {} : { data }),
  };
}

/** The ports of such an object. Throws an Error when its range is none. */
export function allocatedPorts({ range, data }: KubeObject): Set<number> {
  const ports = new Set<number>();
  const bytes = Buffer.from(typeof data === 'string' ? data : '', 'base64');
  if (bytes.length === 0) return ports;
  const first = /^(\d+)-\d+$/.exec(String(range))?.[1];
  if (first === undefined)
    throw new Error(`the allocated node ports have no range: ${JSON.stringify(range)}`);
  for (const [i, byte] of bytes.entries()) {
    const base = Number(first) + (bytes.length - 1 - i) * 8;
    for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) ports.add(base + bit);
  }
  return ports;
}
