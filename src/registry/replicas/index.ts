import type { Timer } from '../../apimachinery/clock.ts';
import type { Log } from '../../apimachinery/log.ts';
import type { IdentityOptions } from '../../resources/bootstrap/identity-lease.ts';
import type { Registry } from '../context.ts';
import { type EndpointReconciling, keepEndpoints } from './endpoints.ts';
import { keepIdentityLease } from './identity-lease.ts';

export type { EndpointReconciling } from './endpoints.ts';

/** What a server tells others about itself. */
export interface ReplicaOptions {
  readonly hostname: string;
  readonly advertiseAddress: string;
  readonly securePort: number;
  readonly instanceId: string;
  readonly trust?: IdentityOptions['trust'];
  /** Whether its identity lease is renewed. */
  readonly keepsIdentity: boolean;
  readonly endpoints: EndpointReconciling;
  /** Puts claims of a shared store right that a crash of some server left behind. */
  readonly repair: () => Promise<void>;
}

/** A server among those on the same store. */
export interface Replica {
  /** Takes it out of the endpoints, so that nobody comes to it any more; it goes on serving. Idempotent; never rejects. */
  withdraw(): Promise<void>;
  /** Withdraws, and takes away what said that it was there. */
  leave(): Promise<void>;
}

/** How often claims are put right (`RepairServicesInterval` of the reference server's core storage). */
const repairMs = 180_000;

/** Makes a server known to the others on its store. Bootstrap has run. Rejects when that cannot be written, and when it does not go together with them. */
export async function joinReplicas(registry: Registry, options: ReplicaOptions, log: Log): Promise<Replica> {
  const { advertiseAddress, securePort } = options;
  const own = { ip: advertiseAddress, port: securePort };
  const identity = options.keepsIdentity ? keepIdentityLease(registry, options, log) : undefined;
  try {
    identity?.checkOthers();
  } catch (error) {
    await identity?.end();
    throw error;
  }
  const endpoints = await keepEndpoints(registry, own, options.endpoints, log);
  const repairs = registry.store.isShared ? keepRepaired(registry, options.repair, log) : undefined;
  return {
    withdraw: endpoints.withdraw,
    async leave() {
      // Together, as each may wait long for a store that does not answer.
      await Promise.all([repairs?.stop(), endpoints.withdraw(), identity?.end()]);
    },
  };
}

function keepRepaired({ clock }: Registry, repair: () => Promise<void>, log: Log) {
  let timer: Timer | undefined;
  let stopped = false;
  let working: Promise<void> = Promise.resolve();
  const work = async () => {
    try {
      await repair();
    } catch (error) {
      log.warn('addresses and ports of services could not be compared with what is allocated', { error });
    }
    arm();
  };
  const arm = () => {
    if (stopped) return;
    timer = clock.setTimer(repairMs, () => {
      working = work();
    });
  };
  arm();
  return {
    async stop() {
      stopped = true;
      timer?.cancel();
      await working;
    },
  };
}
