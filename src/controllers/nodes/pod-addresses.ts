import { cidrAddress, cidrSize, parseCidr } from '../../apimachinery/ip.ts';
import type { Node, Pod } from '../../client/kinds.ts';

/** Addresses of pods out of the range of their node; one that was given back is not given again before all others. */
export interface PodAddresses {
  /**
   * The address of the pod, the same one for the same pod; undefined when there is none left: then the pod, by its `key`, waits.
   * `present` are the pods that are bound to the node.
   */
  take(key: string, node: Node, pod: Pod, present: readonly Pod[]): string | undefined;
  /** Gives the address of a pod back. Answers the keys of those who wait for one. */
  free(nodeUid: string, podUid: string): Iterable<string>;
}

interface Range {
  readonly held: Map<string, string>;
  readonly used: Set<string>;
  readonly waiting: Set<string>;
  next: bigint;
}

export function createPodAddresses(): PodAddresses {
  const ranges = new Map<string, Range>();
  const rangeOf = (node: Node, present: readonly Pod[]): Range => {
    const known = ranges.get(node.metadata.uid);
    if (known) return known;
    const made: Range = { held: new Map(), used: new Set(), waiting: new Set(), next: 0n };
    for (const { metadata, spec, status } of present) {
      if (!status?.podIP || spec?.hostNetwork || ['Succeeded', 'Failed'].includes(status.phase ?? ''))
        continue;
      made.held.set(metadata.uid, status.podIP);
      made.used.add(status.podIP);
    }
    ranges.set(node.metadata.uid, made);
    return made;
  };
  return {
    take(key, node, pod, present) {
      const range = rangeOf(node, present);
      const { uid } = pod.metadata;
      const known = range.held.get(uid);
      if (known !== undefined) return known;
      const cidr = parseCidr(node.spec?.podCIDR ?? '');
      if (!cidr) return undefined;
      // The first address names the range, the second is its gateway, the last one reaches all.
      const usable = cidrSize(cidr) - 3n;
      for (let tried = 0n; tried < usable; tried++) {
        const ip = cidrAddress(cidr, 2n + (range.next % usable));
        range.next = (range.next % usable) + 1n;
        if (range.used.has(ip)) continue;
        range.held.set(uid, ip);
        range.used.add(ip);
        return ip;
      }
      range.waiting.add(key);
      return undefined;
    },
    free(nodeUid, podUid) {
      const range = ranges.get(nodeUid);
      const ip = range?.held.get(podUid);
      if (!range || ip === undefined) return [];
      range.held.delete(podUid);
      range.used.delete(ip);
      const waiting = [...range.waiting];
      range.waiting.clear();
      return waiting;
    },
  };
}
