import type { IPodSpec, IResourceClaim, IResourceRequirements } from 'kubernetes-models/v1';
import {
  duplicate,
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  required,
} from '../../apimachinery/field-error.ts';
import { joined } from '../../apimachinery/lists.ts';
import { compareQuantity, formatQuantity, type Quantity } from '../../apimachinery/quantity.ts';
import { validateDNS1123Label } from './name-fields.ts';
import { aggregateContainerResources, isHugePageResource } from './pod-resources.ts';
import { validateHugePages, validateResourceQuantityValue } from './quantity.ts';
import { quantitiesOf } from './resource-list.ts';
import {
  isOvercommitAllowed,
  validateContainerResourceName,
  validatePodResourceName,
} from './resource-names.ts';

type NameRule = (name: string, path: FieldPath) => FieldError[];

/** `resources` of a container. `podClaims`: names in the pod's `resourceClaims`. */
export const validateContainerResources = (
  resources: IResourceRequirements | undefined,
  podClaims: ReadonlySet<string>,
  path: FieldPath,
): FieldError[] => validateRequirements(resources ?? {}, validateContainerResourceName, podClaims, path);

function validateRequirements(
  resources: IResourceRequirements,
  nameRule: NameRule,
  podClaims: ReadonlySet<string>,
  path: FieldPath,
): FieldError[] {
  const limits = quantitiesOf(resources.limits);
  const requests = quantitiesOf(resources.requests);
  const errors: FieldError[] = [];
  const add = (found: readonly FieldError[]) => {
    for (const error of found) errors.push(error);
  };
  limits.forEach((limit, name) => {
    const limitPath = path.child('limits').key(name);
    add(nameRule(name, limitPath));
    add(validateResourceQuantityValue(name, limit, limitPath));
    add(validateHugePages(name, limit, limitPath));
  });
  requests.forEach((request, name) => {
    const requestPath = path.child('requests').key(name);
    add(nameRule(name, requestPath));
    add(validateResourceQuantityValue(name, request, requestPath));
    add(validateRequestFitsLimit(name, request, limits.get(name), path));
    add(validateHugePages(name, request, requestPath));
  });
  const has = (name: string) => limits.has(name) || requests.has(name);
  if (!has('cpu') && !has('memory') && [...limits.keys(), ...requests.keys()].some(isHugePageResource)) {
    errors.push(forbidden(path, 'HugePages require cpu or memory'));
  }
  return resources.claims
    ? joined(errors, validateClaims(resources.claims, podClaims, path.child('claims')))
    : errors;
}

function validateRequestFitsLimit(
  name: string,
  request: Quantity,
  limit: Quantity | undefined,
  path: FieldPath,
): FieldError[] {
  const overcommit = isOvercommitAllowed(name);
  if (limit === undefined) {
    return overcommit
      ? []
      : [required(path.child('limits'), 'Limit must be set for non overcommitable resources')];
  }
  const order = compareQuantity(request, limit);
  if (order === 0 || (order < 0 && overcommit)) return [];
  const relation = overcommit ? 'less than or equal' : 'equal';
  const detail = `must be ${relation} to ${name} limit of ${formatQuantity(limit)}`;
  return [invalid(path.child('requests'), formatQuantity(request), detail)];
}

/** Claims a container uses: each, or each of its requests, once, and all known to the pod. */
function validateClaims(
  claims: readonly IResourceClaim[],
  podClaims: ReadonlySet<string>,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  const used = new Set<string>();
  const requestsOf = new Map<string, number>();
  const known = knownClaims(podClaims);
  for (const [i, { name = '', request = '' }] of claims.entries()) {
    const claimPath = path.index(i);
    if (name === '') {
      errors.push(required(claimPath));
      continue;
    }
    const key = request === '' ? name : `${name}/${request}`;
    if (used.has(name)) {
      errors.push(duplicate(claimPath, name));
    } else {
      if (request !== '') errors.push(...validateDNS1123Label(request, claimPath.child('request')));
      const overlaps = requestsOf.get(name) ?? 0;
      if (used.has(key)) errors.push(duplicate(claimPath, key));
      else if (request !== '') requestsOf.set(name, overlaps + 1);
      if (request === '') for (let n = 0; n < overlaps; n++) errors.push(duplicate(claimPath, name));
      used.add(key);
    }
    if (!podClaims.has(name)) errors.push(unknownClaim(name, known, claimPath));
  }
  return errors;
}

/** Longest list of claims that a finding quotes. Characters. */
const maxKnownChars = 4_096;

const knownClaims = (podClaims: ReadonlySet<string>): string =>
  podClaims.size === 0 ? ' which is empty' : `: ${[...podClaims].sort().join(', ').slice(0, maxKnownChars)}`;

function unknownClaim(name: string, known: string, path: FieldPath): FieldError {
  const detail = `must be one of the names in pod.spec.resourceClaims${known}`;
  return {
    type: 'FieldValueNotFound',
    field: path.toString(),
    message: `Not found: ${JSON.stringify(name)}: ${detail}`,
  };
}

/** `spec.overhead`, which is checked like the limits of a container. */
export const validateOverhead = (overhead: IPodSpec['overhead'], path: FieldPath): FieldError[] =>
  overhead === undefined ? [] : validateContainerResources({ limits: overhead }, new Set(), path);

/** `spec.resources`: what the pod as a whole asks for, which must hold what its containers ask for. */
export function validatePodLevelResources(
  spec: IPodSpec,
  podClaims: ReadonlySet<string>,
  specPath: FieldPath,
): FieldError[] {
  const { resources } = spec;
  if (!resources) return [];
  const path = specPath.child('resources');
  if (spec.os?.name === 'windows') return [forbidden(path, 'may not be set for a windows pod')];
  return [
    ...(resources.claims
      ? [forbidden(path.child('claims'), 'claims may not be set for Resources at pod-level')]
      : []),
    ...validateRequirements(resources, validatePodResourceName, podClaims, path),
    ...validateHoldsContainers(spec, resources, path),
  ];
}

function validateHoldsContainers(
  spec: IPodSpec,
  resources: IResourceRequirements,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  const requests = quantitiesOf(resources.requests);
  const limits = quantitiesOf(resources.limits);
  for (const [name, sum] of aggregateContainerResources(spec, 'requests')) {
    const request = requests.get(name);
    if (!request || compareQuantity(sum, request) <= 0) continue;
    const detail = `must be greater than or equal to aggregate container requests of ${formatQuantity(sum)}`;
    errors.push(invalid(path.child('requests').key(name), formatQuantity(request), detail));
  }
  for (const [name, sum] of aggregateContainerResources(spec, 'limits')) {
    const limit = limits.get(name);
    if (!isHugePageResource(name) || !limit || compareQuantity(sum, limit) <= 0) continue;
    const detail = `must be greater than or equal to aggregate container limits of ${formatQuantity(sum)}`;
    errors.push(invalid(path.child('limits').key(name), formatQuantity(limit), detail));
  }
  for (const [i, container] of (spec.containers ?? []).entries()) {
    for (const [name, own] of quantitiesOf(container.resources?.limits)) {
      const limit = limits.get(name);
      if (!limit || compareQuantity(own, limit) <= 0) continue;
      const detail = `must be less than or equal to pod limits of ${formatQuantity(limit)}`;
      const limitPath = path.child('containers').index(i).key(name).child('limits');
      errors.push(invalid(limitPath, formatQuantity(own), detail));
    }
  }
  return errors;
}
