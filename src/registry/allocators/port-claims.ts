import type { Random } from '../../apimachinery/random.ts';
import { allocationOrder } from './allocation-order.ts';
import { holdsPort, type PortRange, portCount, portRangeText, reservedPorts } from './port-range.ts';

/** The ports that one write takes. Ends with one call of `commit` or `revert`. */
export interface PortOperation {
  /** Takes this port; what is wrong with it otherwise. */
  take(port: number): string | undefined;
  /** Takes a free port; undefined when there is none. */
  takeAny(): number | undefined;
  /** The service has been written. */
  commit(): Promise<void>;
  revert(): void;
}

/**
 * Which ports of the nodes are free. Services that are written say so themselves; ports of services that are being
 * written are remembered here until the watch cache shows them. That keeps all writers of one process apart; replicas
 * on a shared store are not kept apart yet, as nothing in the store is written per port.
 */
export interface PortClaims {
  begin(dryRun: boolean): PortOperation;
}

export interface PortClaimsOptions {
  readonly range: PortRange;
  readonly random: Random;
  readonly isInUse: (port: number) => boolean;
  /** Resolves when everything written so far shows in `isInUse`. */
  readonly settled: () => Promise<void>;
}

export function portClaims({ range, random, isInUse, settled }: PortClaimsOptions): PortClaims {
  const pending = new Set<number>();

  function begin(dryRun: boolean): PortOperation {
    const taken = new Set<number>();
    const isFree = (port: number) => !isInUse(port) && !pending.has(port) && !taken.has(port);
    const add = (port: number) => {
      taken.add(port);
      if (!dryRun) pending.add(port);
    };
    const drop = () => {
      if (!dryRun) for (const port of taken) pending.delete(port);
    };
    return {
      take(port) {
        if (!holdsPort(range, port)) {
          return `provided port is not in the valid range. The range of valid ports is ${portRangeText(range)}`;
        }
        if (!isFree(port)) return 'provided port is already allocated';
        add(port);
        return undefined;
      },
      takeAny() {
        const order = allocationOrder(random, BigInt(portCount(range)), BigInt(reservedPorts(range)));
        for (const offset of order) {
          const port = range.from + Number(offset);
          if (!isFree(port)) continue;
          add(port);
          return port;
        }
        return undefined;
      },
      async commit() {
        if (taken.size === 0 || dryRun) return;
        await settled();
        drop();
      },
      revert: drop,
    };
  }

  return { begin };
}
