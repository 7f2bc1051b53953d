import { cidrAddress, cidrOffset, parseCidr } from '../../apimachinery/ip.ts';
import type { Node } from '../../client/kinds.ts';

/** Addresses of the nodes themselves, and from where each gets a range of 256 for its pods. Nothing listens on any of them. */
const hostRange = parseCidr('172.16.0.0/12')!;
const podRange = parseCidr('10.128.0.0/9')!;
const podRangeSize = 256n;
/** As many ranges as fit; below the number of host addresses. */
const maxPlaces = 2 ** 15;

/** Where a node is: the place decides its address and the addresses of its pods. */
export const hostAddress = (place: number): string => cidrAddress(hostRange, BigInt(place + 1));
export const podCidr = (place: number): string => `${cidrAddress(podRange, BigInt(place) * podRangeSize)}/24`;

/** The place of a range that `podCidr` gave; undefined for any other. */
export function placeOf({ spec }: Node): number | undefined {
  const [address = '', prefix] = (spec?.podCIDR ?? '').split('/');
  const offset = prefix === '24' ? cidrOffset(podRange, address) : undefined;
  return offset === undefined ? undefined : Number(offset / podRangeSize);
}

export interface Places {
  /** The same place for the same name. `wanted` is preferred. Throws an Error when all are taken. */
  take(name: string, wanted: number): number;
  /** A node that is there already has this place. */
  note(name: string, place: number): void;
  free(name: string): void;
}

export function createPlaces(): Places {
  const byName = new Map<string, number>();
  const taken = new Set<number>();
  let next = 0;
  const note = (name: string, place: number) => {
    byName.set(name, place);
    taken.add(place);
  };
  return {
    note,
    take(name, wanted) {
      const known = byName.get(name);
      if (known !== undefined) return known;
      if (taken.size >= maxPlaces) throw new Error(`there are no addresses for node ${name}`);
      let place = wanted;
      while (taken.has(place) || place >= maxPlaces) place = next++ % maxPlaces;
      note(name, place);
      return place;
    },
    free(name) {
      const place = byName.get(name);
      byName.delete(name);
      if (place !== undefined) taken.delete(place);
    },
  };
}
