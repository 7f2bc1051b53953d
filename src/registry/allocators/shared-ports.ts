import { serviceUnavailable } from '../../apimachinery/status.ts';
import type { Entry } from '../../storage/entry.ts';
import type { ObjectStore } from '../../storage/object-store.ts';
import type { PortRange } from './port-range.ts';
import { allocatedPorts, rangeAllocation } from './range-allocation.ts';

/** Where the reference server keeps it too. No resource of the API. */
export const allocatedPortsKey = '/registry/ranges/servicenodeports';

/** How often a port that no service has must be found taken, one repair after the other, before it is given back. */
const repairsBeforeRelease = 3;

/**
 * Which node ports the services of all replicas have or are about to have: one object in the store, changed by
 * compare-and-swap. What the services of this process want at the same time is written together.
 */
export interface SharedPorts {
  /** By what was seen last; whoever wants to be sure claims. */
  isTaken(port: number): boolean;
  /** Takes all of these ports, or none and answers which of them others have. */
  claim(ports: readonly number[]): Promise<readonly number[]>;
  release(ports: readonly number[]): Promise<void>;
  /**
   * Takes ports that services have without a claim, and gives back those that no service had for several calls, as those of a
   * process that crashed before it wrote its service.
   */
  repair(held: ReadonlySet<number>): Promise<void>;
}

/** A change of what is taken; answers the ports that are in its way. Run anew when another replica was faster. */
type Change = (taken: Set<number>) => readonly number[];

interface Wish {
  readonly change: Change;
  readonly resolve: (inTheWay: readonly number[]) => void;
  readonly reject: (error: unknown) => void;
}

export function sharedPorts(store: ObjectStore, range: PortRange): SharedPorts {
  const key = allocatedPortsKey;
  let seen: { readonly modRevision: number; readonly ports: Set<number> } = {
    modRevision: 0,
    ports: new Set(),
  };
  let waiting: Wish[] = [];
  let isWriting = false;
  let leaks = new Map<number, number>();

  const look = (entry: Entry | undefined): Set<number> => {
    if (entry && entry.modRevision > seen.modRevision) {
      seen = { modRevision: entry.modRevision, ports: allocatedPorts(entry.view()) };
    }
    return seen.ports;
  };
  const apply = async (wishes: readonly Wish[]): Promise<void> => {
    let answers: (readonly number[])[] = [];
    const updated = await store.update(key, (current) => {
      const taken = new Set(current ? allocatedPorts(current.view()) : []);
      answers = wishes.map(({ change }) => change(taken));
      const object = rangeAllocation(range, taken);
      const isSame = current !== undefined && current.view()['data'] === object['data'];
      return isSame ? { action: 'keep' } : { action: 'put', object };
    });
    if (!updated) throw serviceUnavailable('too many replicas allocate node ports at the same time');
    look(updated.entry);
    for (const [i, { resolve }] of wishes.entries()) resolve(answers[i]!);
  };
  const write = async (): Promise<void> => {
    while (waiting.length > 0) {
      const wishes = waiting;
      waiting = [];
      try {
        await apply(wishes);
      } catch (error) {
        for (const { reject } of wishes) reject(error);
      }
    }
    isWriting = false;
  };
  const changed = (change: Change) =>
    new Promise<readonly number[]>((resolve, reject) => {
      waiting.push({ change, resolve, reject });
      if (isWriting) return;
      isWriting = true;
      void write();
    });

  return {
    isTaken: (port) => look(store.cache.get(key)).has(port),
    async claim(ports) {
      if (ports.length === 0) return [];
      return changed((taken) => {
        const inTheWay = ports.filter((port) => taken.has(port));
        if (inTheWay.length === 0) for (const port of ports) taken.add(port);
        return inTheWay;
      });
    },
    async release(ports) {
      if (ports.length === 0) return;
      await changed((taken) => {
        for (const port of ports) taken.delete(port);
        return [];
      });
    },
    async repair(held) {
      const before = leaks;
      await changed((taken) => {
        leaks = repaired(taken, held, before);
        return [];
      });
    },
  };
}

/** Puts `taken` right. Answers how often ports that no service has were found in it so far; `before` is the last such answer. */
function repaired(
  taken: Set<number>,
  held: ReadonlySet<number>,
  before: ReadonlyMap<number, number>,
): Map<number, number> {
  const leaks = new Map<number, number>();
  for (const port of held) taken.add(port);
  for (const port of taken) {
    if (held.has(port)) continue;
    const times = (before.get(port) ?? 0) + 1;
    if (times > repairsBeforeRelease) taken.delete(port);
    else leaks.set(port, times);
  }
  return leaks;
}
