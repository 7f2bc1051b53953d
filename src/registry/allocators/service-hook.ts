import type { Clock } from '../../apimachinery/clock.ts';
import type { KubeObject } from '../../apimachinery/object.ts';
import type { Random } from '../../apimachinery/random.ts';
import { invalidError } from '../../apimachinery/status.ts';
import { readSpec, specOf } from '../../resources/core/services/kinds.ts';
import type { ResourceDefinition } from '../../scheme/definition.ts';
import { type KeyLayout, objectKey, resourcePrefix } from '../../storage/keys.ts';
import type { ObjectStore } from '../../storage/object-store.ts';
import type { Catalog } from '../catalog.ts';
import type { WriteHook } from '../hooks.ts';
import { addressClaims } from './address-claims.ts';
import { type ClusterIPsOptions, claimClusterIPs } from './cluster-ips.ts';
import { currentRanges } from './current-ranges.ts';
import { fillFamilies } from './ip-families.ts';
import { claimNodePorts } from './node-ports.ts';
import { type PortClaims, portClaims } from './port-claims.ts';
import type { PortRange } from './port-range.ts';
import { portsInUse } from './ports-in-use.ts';
import { repairAddresses, repairPorts } from './repair.ts';
import { type Family, type ServiceRange, serviceRange } from './service-ranges.ts';
import { heldAddresses, heldPorts } from './service-spec.ts';
import { sharedPorts } from './shared-ports.ts';

export interface ServiceHookOptions {
  readonly store: ObjectStore;
  readonly catalog: Catalog;
  readonly layout: KeyLayout;
  readonly clock: Clock;
  readonly random: Random;
  /** `--service-cluster-ip-range`: one CIDR, or one of each family, the default family first. */
  readonly serviceCidrs: readonly string[];
  /** `--service-node-port-range` */
  readonly nodePortRange: PortRange;
}

/** The hook of Services, and what its owner calls beside it. */
export interface ServiceHook extends WriteHook {
  /**
   * Puts right what a crash left behind: addresses of services that were never written, services without a claim.
   * `graceMs` is how old such a claim must be: 0 before the first request on a store of one's own, a minute otherwise.
   */
  repair(graceMs: number): Promise<void>;
}

/**
 * Hands out the cluster IPs and node ports of Services (`Allocators` of service/storage). Throws an Error when a range
 * cannot be read or when IPAddress objects, which record the addresses, are not served.
 */
export function createServiceHook(options: ServiceHookOptions): ServiceHook {
  const { store, catalog, layout, clock, random, nodePortRange } = options;
  const own = options.serviceCidrs.map(readRange);
  const families = [...new Set(own.map(({ family }) => family))];
  const serviceCidrs = catalog.definition({ group: 'networking.k8s.io', resource: 'servicecidrs' });
  const services = needed(catalog, '', 'services');
  const addresses = needed(catalog, 'networking.k8s.io', 'ipaddresses');
  const claims = addressClaims({ store, layout, definition: addresses, clock, random });
  const ranges = () => currentRanges(store.cache, layout, serviceCidrs, own);
  const clusterIPs = { claims, ranges, random };
  const shared = store.isShared ? sharedPorts(store, nodePortRange) : undefined;
  const ports = portClaims({
    range: nodePortRange,
    random,
    isInUse: portsInUse(store.cache, resourcePrefix(layout, services)),
    settled: () => store.cache.fresh(),
    shared,
  });
  return {
    begin: (service, old, dryRun) => begin({ families, clusterIPs, ports }, service, old, dryRun),
    async afterDelete(service) {
      for (const address of heldAddresses(readSpec(service))) await claims.release(address, service);
      await ports.release(heldPorts(readSpec(service)));
      await deleteEndpoints(options, service);
    },
    async repair(graceMs) {
      if (store.isShared) await store.cache.fresh();
      const repairing = { store, layout, services };
      await repairAddresses({ ...repairing, claims, addresses, olderThanMs: clock.now() - graceMs });
      if (shared) await repairPorts({ ...repairing, shared });
    },
  };
}

interface Allocators {
  readonly families: readonly Family[];
  readonly clusterIPs: ClusterIPsOptions;
  readonly ports: PortClaims;
}

async function begin(
  { families, clusterIPs, ports }: Allocators,
  service: KubeObject,
  old: KubeObject | undefined,
  dryRun: boolean,
) {
  const errors = fillFamilies(specOf(service), old && readSpec(old), families);
  if (errors.length > 0) {
    throw invalidError({ group: '', kind: 'Service' }, service.metadata.name ?? '', errors);
  }
  const addressClaim = await claimClusterIPs(clusterIPs, service, old, dryRun);
  try {
    const portClaim = await claimNodePorts(ports, service, old, dryRun);
    const claims = [addressClaim, portClaim];
    return {
      commit: async () => void (await Promise.all(claims.map((claim) => claim.commit()))),
      revert: async () => void (await Promise.all(claims.map((claim) => claim.revert()))),
    };
  } catch (error) {
    await addressClaim.revert();
    throw error;
  }
}

function readRange(text: string): ServiceRange {
  const range = serviceRange(text.trim());
  if (!range) throw new Error(`service-cluster-ip-range: ${JSON.stringify(text)} is not a CIDR`);
  return range;
}

function needed(catalog: Catalog, group: string, resource: string): ResourceDefinition {
  const definition = catalog.definition({ group, resource });
  if (!definition) throw new Error(`services need ${group === '' ? 'v1' : group} ${resource} to be served`);
  return definition;
}

/** The Endpoints of a service go with it; no controller needs to see to that. */
async function deleteEndpoints(
  { store, catalog, layout }: ServiceHookOptions,
  service: KubeObject,
): Promise<void> {
  const { namespace = '', name = '' } = service.metadata;
  const definition = catalog.definition({ group: '', resource: 'endpoints' });
  if (!definition) return;
  await store.update(objectKey(layout, definition, namespace, name), (current) =>
    current && !current.view().metadata.finalizers ? { action: 'delete' } : { action: 'keep' },
  );
}
