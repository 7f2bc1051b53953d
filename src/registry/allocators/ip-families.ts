import type { IServiceSpec } from 'kubernetes-models/v1';
import { type FieldError, FieldPath, invalid } from '../../apimachinery/field-error.ts';
import { ipFamily } from '../../apimachinery/ip.ts';
import { jsonEqual } from '../../apimachinery/object.ts';
import type { Family } from './service-ranges.ts';
import { familiesOf } from './service-spec.ts';

const policyPath = FieldPath.of('spec', 'ipFamilyPolicy');
const familiesPath = FieldPath.of('spec', 'ipFamilies');
const addressesPath = FieldPath.of('spec', 'clusterIPs');

/**
 * Fills `ipFamilyPolicy` and `ipFamilies` of a service from what it says and what the cluster has (`initIPFamilyFields`
 * of service/storage). Works in place; the findings are what the cluster cannot give.
 *
 * @param families The families that the cluster has addresses of, the default one first.
 */
export function fillFamilies(
  spec: IServiceSpec,
  old: IServiceSpec | undefined,
  families: readonly Family[],
): FieldError[] {
  if (spec.type === 'ExternalName' || keepsPreferDualStack(spec, old)) return [];
  const single = spec.clusterIP === 'None' && Object.keys(spec.selector ?? {}).length === 0;
  spec.ipFamilyPolicy ??= old?.ipFamilyPolicy ?? (single ? 'RequireDualStack' : 'SingleStack');
  const errors = [
    ...(old ? releaseSecond(spec, old) : []),
    ...refuseSecond(spec),
    ...addFamiliesOfAddresses(spec, families),
  ];
  if (errors.length > 0) return errors;
  // Without a selector and an address nothing is asked of the cluster.
  if (single) {
    complete(spec, families[0] ?? 'IPv4', true);
    return [];
  }
  const missing = missingFamilies(spec, families);
  if (missing.length > 0) return missing;
  complete(spec, families[0] ?? 'IPv4', families.length > 1);
  return [];
}

/** A service that would take a second address but got none stays as it is until somebody changes it. */
export function keepsPreferDualStack(spec: IServiceSpec, old: IServiceSpec | undefined): boolean {
  return (
    old !== undefined &&
    old.type === spec.type &&
    spec.type !== 'ExternalName' &&
    spec.ipFamilyPolicy === 'PreferDualStack' &&
    (old.ipFamilyPolicy === undefined || old.ipFamilyPolicy === 'PreferDualStack') &&
    jsonEqual(spec.clusterIPs ?? [], old.clusterIPs ?? []) &&
    jsonEqual(spec.ipFamilies ?? [], familiesOf(old))
  );
}

/** Going to single stack gives up the second address and family, when the client left them in. */
function releaseSecond(spec: IServiceSpec, old: IServiceSpec): FieldError[] {
  const ips = spec.clusterIPs ?? [];
  const families = spec.ipFamilies ?? [];
  if (spec.ipFamilyPolicy === 'SingleStack') {
    if (ips.length > 1 && jsonEqual(ips, old.clusterIPs)) spec.clusterIPs = ips.slice(0, 1);
    if (families.length > 1 && jsonEqual(families, familiesOf(old))) spec.ipFamilies = families.slice(0, 1);
    return [];
  }
  const refuse = (what: string) =>
    invalid(policyPath, spec.ipFamilyPolicy, `must be 'SingleStack' to release the secondary ${what}`);
  const fewerIPs = ips.length > 0 && ips.length < (old.clusterIPs ?? []).length;
  const fewerFamilies = families.length > 0 && families.length < familiesOf(old).length;
  return [...(fewerIPs ? [refuse('cluster IP')] : []), ...(fewerFamilies ? [refuse('IP family')] : [])];
}

function refuseSecond({ ipFamilyPolicy, clusterIPs, ipFamilies }: IServiceSpec): FieldError[] {
  if (ipFamilyPolicy !== 'SingleStack') return [];
  const refuse = (what: string) =>
    invalid(
      policyPath,
      ipFamilyPolicy,
      `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`,
    );
  return [
    ...(clusterIPs?.length === 2 ? [refuse('cluster IPs')] : []),
    ...(ipFamilies?.length === 2 ? [refuse('IP families')] : []),
  ];
}

/** An address that was asked for says its family. */
function addFamiliesOfAddresses(spec: IServiceSpec, families: readonly Family[]): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, ip] of (spec.clusterIPs ?? []).entries()) {
    if (ip === 'None') break;
    const given = spec.ipFamilies ?? [];
    if (i < given.length) continue;
    const family: Family = ipFamily(ip) === 6 ? 'IPv6' : 'IPv4';
    if (families.includes(family)) spec.ipFamilies = [...given, family];
    else
      errors.push(
        invalid(addressesPath.index(i), spec.clusterIPs, `${family} is not configured on this cluster`),
      );
  }
  return errors;
}

function missingFamilies(
  { ipFamilyPolicy, ipFamilies }: IServiceSpec,
  families: readonly Family[],
): FieldError[] {
  const unserved =
    ipFamilyPolicy === 'RequireDualStack' && families.length < 2
      ? [invalid(policyPath, ipFamilyPolicy, 'this cluster is not configured for dual-stack services')]
      : [];
  const unknown = (ipFamilies ?? []).flatMap((family, i) =>
    families.includes(family as Family)
      ? []
      : [invalid(familiesPath.index(i), family, 'not configured on this cluster')],
  );
  return [...unserved, ...unknown];
}

/** The default family when none is given, and the other one beside it where the policy asks for both. */
function complete(spec: IServiceSpec, defaultFamily: Family, both: boolean): void {
  const families = [...(spec.ipFamilies ?? [])];
  const first = families[0] || defaultFamily;
  if (families.length === 0) families.push(first);
  if (both && families.length === 1 && spec.ipFamilyPolicy !== 'SingleStack') {
    families.push(first === 'IPv4' ? 'IPv6' : 'IPv4');
  }
  spec.ipFamilies = families;
}
