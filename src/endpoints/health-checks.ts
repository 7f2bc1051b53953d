import type { HealthCheck } from './core.ts';

/** What the health of a server depends on; asked whenever somebody asks for it. */
export interface HealthFacts {
  /** Why the store cannot be followed; undefined when it can. */
  readonly storeFailure: () => string | undefined;
  readonly isLoaded: () => boolean;
  readonly isReady: () => boolean;
  readonly refusesReadiness: () => boolean;
  /** What is said of files that have changed and could not be read again; '' when there are none. */
  readonly failedReloads: () => string;
}

/** The checks behind `/healthz`, `/livez` and `/readyz`, in the order in which they are told. */
export function healthChecks(facts: HealthFacts): HealthCheck[] {
  const everywhere = ['healthz', 'livez', 'readyz'] as const;
  return [
    { name: 'ping', on: everywhere, check: () => undefined },
    { name: 'log', on: everywhere, check: () => undefined },
    { name: 'etcd', on: everywhere, check: facts.storeFailure },
    {
      name: 'informer-sync',
      on: ['readyz'],
      check: () => (facts.isLoaded() ? undefined : 'the store is not loaded'),
    },
    {
      name: 'poststarthook/bootstrap',
      on: everywhere,
      check: () => (facts.isReady() ? undefined : 'initial objects are being written'),
    },
    {
      name: 'config-reload',
      on: ['readyz'],
      // Not a failure: what was good is still in use. The log says what is wrong; who asks here may be anybody.
      check: () => undefined,
      note: facts.failedReloads,
    },
    {
      name: 'shutdown',
      on: ['readyz'],
      check: () => (facts.refusesReadiness() ? 'process is shutting down' : undefined),
    },
  ];
}
