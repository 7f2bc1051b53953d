import type { Timer } from '../apimachinery/clock.ts';
import type { Log } from '../apimachinery/log.ts';
import { apiServerId, identityLeaseRenewMs, renewedLease } from '../resources/bootstrap/identity-lease.ts';
import type { Registry, Target } from './context.ts';
import { serverCaller } from './server-caller.ts';
import { remove } from './write/delete.ts';
import { update } from './write/update.ts';

export interface IdentityLease {
  /** Stops renewing and takes the lease away. */
  end(): Promise<void>;
}

/** Keeps the Lease by which replicas of the server find each other (KEP-1965). Bootstrap has made it. */
export function keepIdentityLease(registry: Registry, hostname: string, log: Log): IdentityLease {
  const { catalog, clock } = registry;
  const served = catalog.find('coordination.k8s.io', 'v1', 'leases');
  if (!served) return { end: async () => {} };
  const target: Target = {
    ...served,
    namespace: 'kube-system',
    name: apiServerId(hostname),
    subresource: '',
  };
  let timer: Timer | undefined;
  let ended = false;
  let renewing: Promise<void> = Promise.resolve();

  const renew = async () => {
    try {
      await update(registry, target, serverCaller, { produce: (lease) => renewedLease(lease!, clock.now()) });
    } catch (error) {
      log.warn('the identity lease could not be renewed', { error });
    }
    arm();
  };
  const arm = () => {
    if (ended) return;
    timer = clock.setTimer(identityLeaseRenewMs, () => {
      renewing = renew();
    });
  };
  arm();
  return {
    async end() {
      ended = true;
      timer?.cancel();
      await renewing;
      await remove(registry, target, serverCaller, {}).catch((error) =>
        log.warn('the identity lease could not be taken away', { error }),
      );
    },
  };
}
