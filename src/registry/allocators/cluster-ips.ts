import type { IServiceSpec } from 'kubernetes-models/v1';
import { nextTurn } from '../../apimachinery/clock.ts';
import { FieldPath, invalid } from '../../apimachinery/field-error.ts';
import { canonicalIP } from '../../apimachinery/ip.ts';
import type { KubeObject } from '../../apimachinery/object.ts';
import type { Random } from '../../apimachinery/random.ts';
import { type ApiError, internalError, invalidError } from '../../apimachinery/status.ts';
import { readSpec, specOf } from '../../resources/core/services/kinds.ts';
import type { Claim } from '../hooks.ts';
import type { AddressClaims } from './address-claims.ts';
import { planAddresses } from './address-plan.ts';
import { allocationOrder } from './allocation-order.ts';
import { addressAt, type Family, holdsAddress, type ServiceRange } from './service-ranges.ts';

export interface ClusterIPsOptions {
  readonly claims: AddressClaims;
  readonly ranges: () => readonly ServiceRange[];
  readonly random: Random;
}

/** Addresses looked at before the event loop gets its turn. */
const addressesPerSlice = 2000;

const addressesPath = FieldPath.of('spec', 'clusterIPs');

/** Takes the addresses that a write of a service needs and fills them in. Throws 422 or 500, having kept none. */
export async function claimClusterIPs(
  options: ClusterIPsOptions,
  service: KubeObject,
  old: KubeObject | undefined,
  dryRun: boolean,
): Promise<Claim> {
  const { claims } = options;
  const spec = specOf(service);
  const plan = planAddresses(spec, old && readSpec(old));
  const taken: string[] = [];
  const releaseAll = async (addresses: readonly string[]) => {
    for (const address of dryRun ? [] : addresses) await claims.release(address, service);
  };
  try {
    for (const i of plan.allocate) taken.push(await allocate(options, service, spec, i, dryRun));
  } catch (error) {
    await releaseAll(taken);
    throw error;
  }
  return { commit: () => releaseAll(plan.release), revert: () => releaseAll(taken) };
}

async function allocate(
  options: ClusterIPsOptions,
  service: KubeObject,
  spec: IServiceSpec,
  position: number,
  dryRun: boolean,
): Promise<string> {
  const family = spec.ipFamilies![position] as Family;
  const addresses = [...(spec.clusterIPs ?? [])];
  while (addresses.length <= position) addresses.push('');
  spec.clusterIPs = addresses;
  const wanted = addresses[position]!;
  if (wanted !== '') {
    await claimExactly(options, service, wanted, dryRun);
    return wanted;
  }
  const address = await claimAny(options, service, family, dryRun);
  addresses[position] = address;
  if (position === 0) spec.clusterIP = address;
  return address;
}

async function claimExactly(
  { claims, ranges }: ClusterIPsOptions,
  service: KubeObject,
  wanted: string,
  dryRun: boolean,
): Promise<void> {
  const address = canonicalIP(wanted);
  if (address === undefined) throw internalError(`failed to parse service IP ${JSON.stringify(wanted)}`);
  if (!ranges().some((range) => holdsAddress(range, address))) {
    throw refused(service, wanted, 'the provided network does not match the current range');
  }
  const isFree = dryRun ? !claims.isTaken(address) : await claims.claim(address, service);
  if (!isFree) throw refused(service, wanted, 'provided IP is already allocated');
}

const refused = (service: KubeObject, wanted: string, why: string): ApiError =>
  invalidError({ group: '', kind: 'Service' }, service.metadata.name ?? '', [
    invalid(addressesPath, readSpec(service).clusterIPs, `failed to allocate IP ${wanted}: ${why}`),
  ]);

async function claimAny(
  { claims, ranges, random }: ClusterIPsOptions,
  service: KubeObject,
  family: Family,
  dryRun: boolean,
): Promise<string> {
  let examined = 0;
  for (const range of ranges()) {
    if (range.family !== family) continue;
    for (const offset of allocationOrder(random, range.size, range.reserved)) {
      const address = addressAt(range, offset);
      if (!claims.isTaken(address) && (dryRun || (await claims.claim(address, service)))) return address;
      if (++examined % addressesPerSlice === 0) await new Promise<void>(nextTurn);
    }
  }
  const name = JSON.stringify(service.metadata.name ?? '');
  throw internalError(`failed to allocate a serviceIP for Service ${name}: range is full`);
}
