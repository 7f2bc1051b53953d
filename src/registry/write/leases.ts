import type { LeaseId } from '../../kv/types.ts';
import type { ResourceDefinition } from '../../scheme/definition.ts';
import type { Registry } from '../context.ts';

/** Objects that expire share a lease for this long, as upstream's lease manager does, so that leases stay few. */
const sharedLeaseSpanMs = 60_000;

interface SharedLease {
  readonly id: Promise<LeaseId>;
  readonly untilMs: number;
}

const shared = new WeakMap<Registry, Map<number, SharedLease>>();

/** The lease under which a kind with a time to live is written; undefined for kinds that stay. */
export function leaseFor(registry: Registry, { strategy }: ResourceDefinition): Promise<LeaseId> | undefined {
  if (strategy.ttlSeconds === undefined) return undefined;
  const ttlSeconds = registry.eventTtlSeconds;
  let byTtl = shared.get(registry);
  if (!byTtl) shared.set(registry, (byTtl = new Map()));
  const now = registry.clock.now();
  let lease = byTtl.get(ttlSeconds);
  if (!lease || lease.untilMs <= now) {
    const id = registry.store.grantLease(ttlSeconds + sharedLeaseSpanMs / 1000);
    const granted: SharedLease = { id, untilMs: now + sharedLeaseSpanMs };
    byTtl.set(ttlSeconds, (lease = granted));
    // The next write tries again; who waits for this one is told below.
    const leases = byTtl;
    id.catch(() => leases.get(ttlSeconds) === granted && leases.delete(ttlSeconds));
  }
  return lease.id;
}
