import { type Clock, formatTime } from '../../apimachinery/clock.ts';
import { apiVersionOf } from '../../apimachinery/gvk.ts';
import { canonicalIP, ipFamily } from '../../apimachinery/ip.ts';
import { isRecord, type KubeObject } from '../../apimachinery/object.ts';
import { type Random, uuid } from '../../apimachinery/random.ts';
import type { ResourceDefinition } from '../../scheme/definition.ts';
import { type KeyLayout, objectKey } from '../../storage/keys.ts';
import type { ObjectStore } from '../../storage/object-store.ts';

export const familyLabel = 'ipaddress.kubernetes.io/ip-family';
export const managedByLabel = 'ipaddress.kubernetes.io/managed-by';
export const managedByAllocator = 'ipallocator.k8s.io';

/**
 * Who has which address, as IPAddress objects: creating the object is the claim, so that of several replicas on one
 * store only one gets it. Addresses are canonical texts.
 */
export interface AddressClaims {
  /** True when somebody is known to have it; false may be outdated with a shared store. */
  isTaken(address: string): boolean;
  /** False when somebody else has it. */
  claim(address: string, service: KubeObject): Promise<boolean>;
  /** Gives it back, provided that it is this service's; with `uid` only that very claim. */
  release(address: string, service: KubeObject, uid?: string): Promise<void>;
}

export interface AddressClaimsOptions {
  readonly store: ObjectStore;
  readonly layout: KeyLayout;
  /** The definition of IPAddress. */
  readonly definition: ResourceDefinition;
  readonly clock: Clock;
  readonly random: Random;
}

export function addressClaims({
  store,
  layout,
  definition,
  clock,
  random,
}: AddressClaimsOptions): AddressClaims {
  const keyOf = (address: string) => objectKey(layout, definition, '', address);
  return {
    isTaken: (address) => store.cache.get(keyOf(address)) !== undefined,
    async claim(address, service) {
      const object: KubeObject = {
        apiVersion: apiVersionOf(definition.stored),
        kind: definition.stored.kind,
        metadata: {
          name: address,
          uid: uuid(random),
          creationTimestamp: formatTime(clock.now()),
          labels: {
            [familyLabel]: ipFamily(address) === 6 ? 'IPv6' : 'IPv4',
            [managedByLabel]: managedByAllocator,
          },
        },
        spec: { parentRef: parentRef(service) },
      };
      return !('taken' in (await store.create(keyOf(address), object)));
    },
    async release(address, service, uid) {
      const name = canonicalIP(address);
      if (name === undefined) return;
      await store.update(keyOf(name), (current) => {
        const claim = current?.view();
        const goes = claim && isHeldBy(claim, service) && (uid === undefined || claim.metadata.uid === uid);
        return { action: goes ? 'delete' : 'keep' };
      });
    },
  };
}

const parentRef = ({ metadata: { namespace, name } }: KubeObject) => ({
  resource: 'services',
  namespace,
  name,
});

/** True when an IPAddress belongs to the service. */
export function isHeldBy(claim: KubeObject, { metadata: { namespace, name } }: KubeObject): boolean {
  const spec = isRecord(claim['spec']) ? claim['spec'] : {};
  const parent = isRecord(spec['parentRef']) ? spec['parentRef'] : {};
  return (
    (parent['group'] ?? '') === '' &&
    parent['resource'] === 'services' &&
    parent['namespace'] === namespace &&
    parent['name'] === name
  );
}
