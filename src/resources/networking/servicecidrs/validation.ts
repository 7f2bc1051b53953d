import type { IServiceCIDR } from 'kubernetes-models/networking.k8s.io/v1';
import {
  type FieldError,
  FieldPath,
  fieldImmutableMessage,
  invalid,
  required,
} from '../../../apimachinery/field-error.ts';
import { isCanonicalCIDR, parseCidr } from '../../../apimachinery/ip.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { invalidFor } from '../../validation/values.ts';

const path = FieldPath.of('spec', 'cidrs');
const maxCIDRs = 2;

const cidrsOf = (object: KubeObject): readonly string[] =>
  (object as unknown as IServiceCIDR).spec?.cidrs ?? [];

/** One range, or one of each family. */
export function validateServiceCIDR(object: KubeObject): FieldError[] {
  const cidrs = cidrsOf(object);
  if (cidrs.length === 0) return [required(path, 'at least one CIDR required')];
  if (cidrs.length > maxCIDRs) return [invalid(path, { CIDRs: cidrs }, 'may only hold up to 2 values')];
  const errors = cidrs.flatMap((cidr, i) => invalidFor(isCanonicalCIDR(cidr), cidr, path.index(i)));
  const families = cidrs.map((cidr) => parseCidr(cidr)?.family);
  if (families.length === maxCIDRs && families[0] !== undefined && families[0] === families[1]) {
    const detail = 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64';
    errors.push(invalid(path, cidrs, detail));
  }
  return errors;
}

/** Ranges stay; a second one of the other family may be added. */
export function validateServiceCIDRUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const cidrs = cidrsOf(object);
  const oldCIDRs = cidrsOf(old);
  const added = oldCIDRs.length === 1 && cidrs.length === maxCIDRs;
  if (cidrs.length !== oldCIDRs.length && !added) return [invalid(path, cidrs, fieldImmutableMessage)];
  const changed = oldCIDRs.flatMap((cidr, i) =>
    cidr === cidrs[i] ? [] : [invalid(path.index(i), cidrs[i], fieldImmutableMessage)],
  );
  return added ? [...changed, ...validateServiceCIDR(object)] : changed;
}
