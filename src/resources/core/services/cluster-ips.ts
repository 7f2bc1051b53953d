import type { IServiceSpec } from 'kubernetes-models/v1';
import {
  duplicate,
  type FieldError,
  FieldPath,
  invalid,
  notSupported,
  required,
} from '../../../apimachinery/field-error.ts';
import { ipFamily } from '../../../apimachinery/ip.ts';
import { validateIPField } from '../../ip-fields.ts';
import { repeated } from '../../validation/values.ts';
import { isHeadless } from './kinds.ts';

const specPath = FieldPath.of('spec');
const ipsPath = specPath.child('clusterIPs');
const familiesPath = specPath.child('ipFamilies');
const policyPath = specPath.child('ipFamilyPolicy');

const families = ['IPv4', 'IPv6'];
const policies = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];
const maxClusterIPs = 2;

/** `clusterIP`, `clusterIPs`, `ipFamilies` and `ipFamilyPolicy` fit each other. */
export function validateClusterIPs(spec: IServiceSpec, old: IServiceSpec | undefined): FieldError[] {
  if (spec.type === 'ExternalName') return [];
  const errors = [...validatePairing(spec), ...validateFamilies(spec)];
  const ips = spec.clusterIPs ?? [];
  const ipErrors = validateAddresses(ips, old?.clusterIPs);
  errors.push(...ipErrors);
  if (ips.length > maxClusterIPs) errors.push(invalid(ipsPath, ips, 'may only hold up to 2 values'));
  // Findings on families would only confuse when an address cannot be read.
  if (ipErrors.length > 0) return errors;
  if (ips.length > 1 && new Set(ips.map(ipFamily)).size === 1) {
    errors.push(invalid(ipsPath, ips, 'may specify no more than one IP for each IP family'));
  }
  return [...errors, ...validateAgainstFamilies(spec)];
}

/** The first of the list is the single one. */
function validatePairing({ clusterIP = '', clusterIPs: ips = [] }: IServiceSpec): FieldError[] {
  if (clusterIP === '') {
    return ips.length === 0 ? [] : [invalid(ipsPath, ips, 'must be empty when `clusterIP` is not specified')];
  }
  if (ips.length === 0) return [required(ipsPath)];
  return ips[0] === clusterIP ? [] : [invalid(ipsPath, ips, 'first value must match `clusterIP`')];
}

function validateFamilies({ ipFamilies = [], ipFamilyPolicy }: IServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  const again = repeated(ipFamilies);
  for (const [i, family] of ipFamilies.entries()) {
    if (!families.includes(family)) errors.push(notSupported(familiesPath.index(i), family, families));
    if (again[i]) errors.push(duplicate(familiesPath.index(i), family));
  }
  if (ipFamilyPolicy !== undefined && !policies.includes(ipFamilyPolicy)) {
    errors.push(notSupported(policyPath, ipFamilyPolicy, policies));
  }
  return errors;
}

function validateAddresses(ips: readonly string[], oldIPs: readonly string[] | undefined): FieldError[] {
  return ips.flatMap((ip, i) => {
    if (i > 0 || ip !== 'None') return validateIPField(ip, ipsPath.index(i), oldIPs);
    return ips.length > 1 ? [invalid(ipsPath, ips, "'None' must be the first and only value")] : [];
  });
}

function validateAgainstFamilies(spec: IServiceSpec): FieldError[] {
  if (isHeadless(spec)) return [];
  return (spec.clusterIPs ?? []).flatMap((ip, i) => {
    const expected = spec.ipFamilies?.[i];
    const family = ipFamily(ip) === 6 ? 'IPv6' : 'IPv4';
    if (expected === undefined || !families.includes(expected) || family === expected) return [];
    const detail = `expected an ${expected} value as indicated by \`ipFamilies[${i}]\``;
    return [invalid(ipsPath.index(i), ip, detail)];
  });
}

/** The primary address and family stay; a second one may come, or go when the policy says single stack. */
export function validateClusterIPsUpdate(spec: IServiceSpec, old: IServiceSpec): FieldError[] {
  if (spec.type === 'ExternalName' || old.type === 'ExternalName') return [];
  const headless = isHeadless(spec);
  const oldHeadless = isHeadless(old);
  return [
    ...(headless && oldHeadless ? [] : validateAddressChange(spec, old)),
    ...(headless || oldHeadless ? [] : validateFamilyChange(spec, old)),
  ];
}

const unchangeable = 'may not change once set';

function validateAddressChange(spec: IServiceSpec, old: IServiceSpec): FieldError[] {
  const ips = spec.clusterIPs ?? [];
  const oldIPs = old.clusterIPs ?? [];
  if (ips.length === oldIPs.length) {
    return oldIPs.flatMap((ip, i) => (ip === ips[i] ? [] : [invalid(ipsPath.index(i), ips, unchangeable)]));
  }
  const errors: FieldError[] = [];
  if (ips.length === 0) errors.push(invalid(ipsPath.index(0), null, 'primary clusterIP can not be unset'));
  else if (oldIPs.length > 0 && ips[0] !== oldIPs[0]) {
    errors.push(invalid(ipsPath.index(0), ips, unchangeable));
  }
  if (ips.length === 1 && oldIPs.length > 1) errors.push(...validateRelease(spec, 'clusterIP'));
  return errors;
}

function validateFamilyChange(spec: IServiceSpec, old: IServiceSpec): FieldError[] {
  const given = spec.ipFamilies ?? [];
  const oldFamilies = old.ipFamilies ?? [];
  const first = familiesPath.index(0);
  if (given.length === oldFamilies.length) {
    return oldFamilies.flatMap((family, i) =>
      family === given[i] ? [] : [invalid(first, given, unchangeable)],
    );
  }
  const errors: FieldError[] = [];
  if (given.length < oldFamilies.length && (spec.clusterIPs ?? []).length === 0) {
    errors.push(invalid(first, given, 'primary ipFamily can not be unset'));
  }
  if (given.length > 0 && oldFamilies.length > 0 && given[0] !== oldFamilies[0]) {
    errors.push(invalid(first, spec.clusterIPs ?? null, unchangeable));
  }
  if (given.length === 1 && oldFamilies.length > 1) errors.push(...validateRelease(spec, 'ipFamily'));
  return errors;
}

function validateRelease({ ipFamilyPolicy }: IServiceSpec, released: 'clusterIP' | 'ipFamily'): FieldError[] {
  if (ipFamilyPolicy === 'SingleStack') return [];
  const detail = `must be set to 'SingleStack' when releasing the secondary ${released}`;
  return [invalid(policyPath, ipFamilyPolicy, detail)];
}
