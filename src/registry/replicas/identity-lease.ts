import type { Timer } from '../../apimachinery/clock.ts';
import type { Log } from '../../apimachinery/log.ts';
import { ApiError } from '../../apimachinery/status.ts';
import {
  type IdentityOptions,
  identityLease,
  identityLeaseRenewMs,
  identityNamespace,
  isExpired,
  renewedLease,
} from '../../resources/bootstrap/identity-lease.ts';
import { bootstrap } from '../bootstrap.ts';
import type { Registry, Target } from '../context.ts';
import { serverCaller } from '../server-caller.ts';
import { remove } from '../write/delete.ts';
import { update } from '../write/update.ts';
import { checkSameTrust, identityEntries } from './same-trust.ts';

/** How often leases of servers that are gone are looked for (`IdentityLeaseGCPeriod`). */
const collectMs = 3_600_000;

export interface IdentityLease {
  /** Throws an Error when this server does not go together with another (see `checkSameTrust`). */
  checkOthers(): void;
  /** Stops renewing and takes the lease away. */
  end(): Promise<void>;
}

/**
 * Keeps the Lease by which replicas of the server find each other (KEP-1965), and takes those away that nobody renews. Bootstrap
 * has made this server's.
 */
export function keepIdentityLease(
  registry: Registry,
  identity: Omit<IdentityOptions, 'nowMs'>,
  log: Log,
): IdentityLease {
  const { catalog, clock } = registry;
  const served = catalog.find('coordination.k8s.io', 'v1', 'leases');
  if (!served) return { checkOthers() {}, end: async () => {} };
  const wanted = () => identityLease({ ...identity, nowMs: clock.now() });
  const targetOf = (name: string): Target => ({
    ...served,
    namespace: identityNamespace,
    name,
    subresource: '',
  });
  const target = targetOf(wanted().name);
  let timer: Timer | undefined;
  let ended = false;
  let working: Promise<void> = Promise.resolve();
  let collectAtMs = clock.monotonicMs();

  const expiredLeases = () =>
    identityEntries(registry, served.definition)
      .map((entry) => entry.view())
      .filter((lease) => isExpired(lease, clock.now()));
  const renew = async () => {
    try {
      await update(registry, target, serverCaller, { produce: (lease) => renewedLease(lease!, clock.now()) });
    } catch (error) {
      // Somebody deleted it.
      if (!isNotFound(error)) throw error;
      await bootstrap(registry, [wanted()]);
    }
  };
  const collect = async () => {
    if (clock.monotonicMs() < collectAtMs) return;
    collectAtMs = clock.monotonicMs() + collectMs;
    for (const { metadata } of expiredLeases()) {
      const { name = '', uid, resourceVersion } = metadata;
      // One that has been renewed meanwhile, by a server whose clock is right again, stays.
      const preconditions = { uid, resourceVersion };
      await remove(registry, targetOf(name), serverCaller, { preconditions }).catch((error) => {
        if (!isNotFound(error) && !isConflict(error)) throw error;
      });
    }
  };
  const work = async () => {
    for (const [act, failure] of [
      [renew, 'the identity lease could not be renewed'],
      [collect, 'leases of servers that are gone could not be taken away'],
    ] as const) {
      await act().catch((error) => log.warn(failure, { error }));
    }
    arm();
  };
  const arm = () => {
    if (ended) return;
    timer = clock.setTimer(identityLeaseRenewMs, () => {
      working = work();
    });
  };
  arm();
  return {
    checkOthers: () => checkSameTrust(registry, served.definition, target.name),
    async end() {
      ended = true;
      timer?.cancel();
      await working;
      await remove(registry, target, serverCaller, {}).catch((error) => {
        if (!isNotFound(error)) log.warn('the identity lease could not be taken away', { error });
      });
    },
  };
}

const isNotFound = (error: unknown) => error instanceof ApiError && error.reason === 'NotFound';
const isConflict = (error: unknown) => error instanceof ApiError && error.reason === 'Conflict';
