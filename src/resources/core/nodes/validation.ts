import type { INode } from 'kubernetes-models/v1';
import {
  duplicate,
  type FieldError,
  FieldPath,
  forbidden,
  invalid,
} from '../../../apimachinery/field-error.ts';
import { parseCidr } from '../../../apimachinery/ip.ts';
import { jsonEqual, type KubeObject } from '../../../apimachinery/object.ts';
import { validateCIDRField } from '../../ip-fields.ts';
import { validateResourceQuantityValue } from '../../validation/quantity.ts';
import { quantitiesOf } from '../../validation/resource-list.ts';
import { validateTaints } from '../../validation/tolerations.ts';

type Node = INode & { readonly status?: { readonly declaredFeatures?: readonly string[] } };

const nodeOf = (object: KubeObject) => object as unknown as Node;
const podCIDRsPath = FieldPath.of('spec', 'podCIDRs');
// The reference server names this path although taints stand in the spec.
const taintsPath = FieldPath.of('metadata', 'taints');
const maxFeatureNameLength = 253;
const maxPodCIDRs = 2;

export function validateNode(object: KubeObject): FieldError[] {
  const node = nodeOf(object);
  return [
    ...validateTaints(node.spec?.taints, taintsPath),
    ...validateAmounts(node),
    ...validateSwap(node),
    ...validateFeatures(node.status?.declaredFeatures ?? []),
    ...validatePodCIDRs(node.spec?.podCIDRs ?? []),
  ];
}

function validateAmounts({ status }: Node): FieldError[] {
  return (['capacity', 'allocatable'] as const).flatMap((field) =>
    [...quantitiesOf(status?.[field])].flatMap(([name, quantity]) =>
      validateResourceQuantityValue(name, quantity, FieldPath.of('status', field, name)),
    ),
  );
}

function validateSwap({ status }: Node): FieldError[] {
  const capacity = status?.nodeInfo?.swap?.capacity;
  return capacity !== undefined && capacity <= 0
    ? [invalid(FieldPath.of('metadata', 'nodeSwapStatus', 'capacity'), capacity, 'must be greater than zero')]
    : [];
}

/** Features that the kubelet declares come sorted, each once. */
function validateFeatures(features: readonly string[]): FieldError[] {
  const path = FieldPath.of('status', 'declaredFeatures');
  return features.flatMap((feature, i) => {
    const errors = featureNameProblems(feature).map((message) => invalid(path.index(i), feature, message));
    const next = features[i + 1];
    if (next === feature) errors.push(duplicate(path.index(i + 1), next));
    else if (next !== undefined && feature > next) {
      errors.push(invalid(path.index(i + 1), next, 'list must be sorted alphabetically'));
    }
    return errors;
  });
}

function featureNameProblems(name: string): string[] {
  const start = `invalid feature name ${JSON.stringify(name)}: must`;
  if (name.length > maxFeatureNameLength)
    return [`${start} be no more than ${maxFeatureNameLength} characters`];
  if (/^[A-Z][a-zA-Z0-9]*(\/[a-zA-Z][a-zA-Z0-9]*)*$/.test(name)) return [];
  return [
    `${start} start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes`,
  ];
}

function validatePodCIDRs(cidrs: readonly string[]): FieldError[] {
  const errors = cidrs.flatMap((cidr, i) => validateCIDRField(cidr, podCIDRsPath.index(i)));
  const families = new Set(cidrs.map((cidr) => parseCidr(cidr)?.family));
  if (cidrs.length > maxPodCIDRs || families.size < cidrs.length) {
    errors.push(invalid(podCIDRsPath, cidrs, 'may specify no more than one CIDR for each IP family'));
  }
  return errors;
}

/** What an update may not change, on the main path and on `/status`. */
export function validateNodeUpdate(object: KubeObject, oldObject: KubeObject): FieldError[] {
  const node = nodeOf(object);
  const old = nodeOf(oldObject);
  return [
    ...validateAmounts(node),
    ...validateFeatures(node.status?.declaredFeatures ?? []),
    ...validateAddresses(node),
    ...validateKept(node, old),
    ...validateTaints(node.spec?.taints, taintsPath),
  ];
}

function validateAddresses({ status }: Node): FieldError[] {
  const seen = new Set<string>();
  return (status?.addresses ?? []).flatMap((address, i) => {
    const key = JSON.stringify([address.type, address.address]);
    // With the names of Go's fields, as the internal type has no others.
    const printed = { Type: address.type ?? '', Address: address.address ?? '' };
    if (seen.has(key)) return [duplicate(FieldPath.of('status', 'addresses').index(i), printed)];
    seen.add(key);
    return [];
  });
}

/** Pod ranges and the provider's id are set once. */
function validateKept({ spec }: Node, { spec: oldSpec }: Node): FieldError[] {
  const errors: FieldError[] = [];
  const oldCIDRs = oldSpec?.podCIDRs ?? [];
  if (oldCIDRs.length > 0 && !jsonEqual(oldCIDRs, spec?.podCIDRs ?? [])) {
    errors.push(forbidden(podCIDRsPath, 'node updates may not change podCIDR except from "" to valid'));
  }
  if (oldSpec?.providerID && oldSpec.providerID !== spec?.providerID) {
    const message = 'node updates may not change providerID except from "" to valid';
    errors.push(forbidden(FieldPath.of('spec', 'providerID'), message));
  }
  if ((spec?.externalID ?? '') !== (oldSpec?.externalID ?? '')) {
    errors.push(forbidden(FieldPath.of('spec', 'externalID'), 'may not be updated'));
  }
  return errors;
}
