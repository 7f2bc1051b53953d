import type { Random } from '../../apimachinery/random.ts';
import { allocationOrder } from './allocation-order.ts';
import { holdsPort, type PortRange, portCount, portRangeText, reservedPorts } from './port-range.ts';
import type { SharedPorts } from './shared-ports.ts';

/** The ports that one write takes. Ends with one call of `commit` or `revert`. */
export interface PortOperation {
  /** Takes this port; what is wrong with it otherwise. */
  take(port: number): string | undefined;
  /** Takes a free port; undefined when there is none. */
  takeAny(): number | undefined;
  /** Makes what was taken certain, before the service is written. Answers ports that another replica has taken meanwhile. */
  claim(): Promise<readonly number[]>;
  /** The service has been written and holds some ports no more. */
  commit(dropped: readonly number[]): Promise<void>;
  revert(): Promise<void>;
}

/**
 * Which ports of the nodes are free. Services that are written say so themselves; ports of services that are being
 * written are remembered here until the watch cache shows them. That keeps all writers of one process apart; with a store
 * that others write to, ports are claimed there too.
 */
export interface PortClaims {
  begin(dryRun: boolean): PortOperation;
  /** A service with these ports is gone. */
  release(ports: readonly number[]): Promise<void>;
}

export interface PortClaimsOptions {
  readonly range: PortRange;
  readonly random: Random;
  readonly isInUse: (port: number) => boolean;
  /** Resolves when everything written so far shows in `isInUse`. */
  readonly settled: () => Promise<void>;
  /** With a store that others write to. */
  readonly shared: SharedPorts | undefined;
}

export function portClaims({ range, random, isInUse, settled, shared }: PortClaimsOptions): PortClaims {
  const pending = new Set<number>();

  function begin(dryRun: boolean): PortOperation {
    const taken = new Set<number>();
    let isClaimed = false;
    const isFree = (port: number) =>
      !isInUse(port) && !pending.has(port) && !taken.has(port) && !shared?.isTaken(port);
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
      async claim() {
        if (dryRun || !shared) return [];
        const lost = await shared.claim([...taken]);
        isClaimed = lost.length === 0;
        return lost;
      },
      async commit(dropped) {
        if (dryRun) return;
        await shared?.release(dropped);
        if (taken.size > 0 && !shared) await settled();
        drop();
      },
      async revert() {
        drop();
        if (isClaimed) await shared!.release([...taken]);
      },
    };
  }

  return { begin, release: async (ports) => shared?.release(ports) };
}
