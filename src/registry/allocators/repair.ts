import { canonicalIP } from '../../apimachinery/ip.ts';
import type { KubeObject } from '../../apimachinery/object.ts';
import { readSpec } from '../../resources/core/services/kinds.ts';
import type { ResourceDefinition } from '../../scheme/definition.ts';
import { type KeyLayout, resourcePrefix } from '../../storage/keys.ts';
import type { ObjectStore } from '../../storage/object-store.ts';
import { type AddressClaims, isHeldBy, managedByAllocator, managedByLabel } from './address-claims.ts';
import { heldAddresses, heldPorts } from './service-spec.ts';
import type { SharedPorts } from './shared-ports.ts';

interface RepairTools {
  readonly store: ObjectStore;
  readonly layout: KeyLayout;
  readonly services: ResourceDefinition;
}

export interface RepairOptions extends RepairTools {
  readonly claims: AddressClaims;
  readonly addresses: ResourceDefinition;
  /** Claims made after this moment may belong to a service that is just being written. Milliseconds since the epoch. */
  readonly olderThanMs: number;
}

/**
 * Makes claims and services agree after a crash between the two writes (the reference server's `repairip` loop): claims
 * that no service holds are given back, addresses that services hold without a claim are claimed.
 */
export async function repairAddresses(options: RepairOptions): Promise<void> {
  const { claims } = options;
  const services = [...objects(options, options.services)];
  const held = new Map<string, KubeObject>();
  for (const service of services) {
    for (const address of heldAddresses(readSpec(service)))
      held.set(canonicalIP(address) ?? address, service);
  }
  for (const claim of objects(options, options.addresses)) {
    const name = claim.metadata.name ?? '';
    const holder = held.get(name);
    if ((holder && isHeldBy(claim, holder)) || !isOldClaim(claim, options.olderThanMs)) continue;
    // The service may be there again by now, with a new claim on the same address.
    await claims.release(name, parentOf(claim), claim.metadata.uid);
  }
  for (const [address, service] of held) if (!claims.isTaken(address)) await claims.claim(address, service);
}

/** Makes the allocated node ports and the services agree (the reference server's `portallocator` repair loop). */
export async function repairPorts(options: RepairTools & { readonly shared: SharedPorts }): Promise<void> {
  const held = new Set<number>();
  for (const service of objects(options, options.services)) {
    for (const port of heldPorts(readSpec(service))) held.add(port);
  }
  await options.shared.repair(held);
}

function* objects({ store, layout }: RepairTools, definition: ResourceDefinition): Iterable<KubeObject> {
  const prefix = resourcePrefix(layout, definition);
  for (const [key, entry] of store.cache.snapshot().objects.entriesFrom(prefix)) {
    if (!key.startsWith(prefix)) return;
    yield entry.decode();
  }
}

const isOldClaim = ({ metadata }: KubeObject, olderThanMs: number): boolean =>
  metadata.labels?.[managedByLabel] === managedByAllocator &&
  Date.parse(metadata.creationTimestamp ?? '') <= olderThanMs;

/** The service that a claim was made for, as far as releasing it needs one. */
function parentOf(claim: KubeObject): KubeObject {
  const { namespace = '', name = '' } =
    (claim['spec'] as { parentRef?: { namespace?: string; name?: string } } | undefined)?.parentRef ?? {};
  return { apiVersion: 'v1', kind: 'Service', metadata: { namespace, name } };
}
