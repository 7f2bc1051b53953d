import { type FieldError, type FieldPath, invalid, notSupported } from '../../apimachinery/field-error.ts';
import { isQualifiedName } from '../../apimachinery/names.ts';
import { validateQualifiedName } from './name-fields.ts';
import { isHugePageResource, isPodLevelResource } from './pod-resources.ts';

/*
 * What the names of resources mean (pkg/apis/core/helper): native ones have no domain or that of the project, extended
 * ones any other domain.
 */

const containerResources = ['cpu', 'memory', 'ephemeral-storage'];
const countedObjects = [
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
];
const quotaResources = new Set([
  ...containerResources,
  ...containerResources.map((name) => `requests.${name}`),
  ...containerResources.map((name) => `limits.${name}`),
  'requests.storage',
  ...countedObjects,
]);

const isQuotaHugePageResource = (name: string) =>
  isHugePageResource(name) || name.startsWith('requests.hugepages-');

const isStandardResource = (name: string) =>
  quotaResources.has(name) || name === 'storage' || isQuotaHugePageResource(name);

const isContainerResource = (name: string) => containerResources.includes(name) || isHugePageResource(name);

/** Resources that a quota may count. */
export const isQuotaResource = (name: string): boolean =>
  quotaResources.has(name) || isQuotaHugePageResource(name);

export const isNativeResource = (name: string): boolean =>
  !name.includes('/') || name.includes('kubernetes.io/');

/** `example.com/gpu`: counted in whole units and never overcommitted. */
export const isExtendedResource = (name: string): boolean =>
  !isNativeResource(name) &&
  !name.startsWith('requests.') &&
  isQualifiedName(`requests.${name}`).length === 0;

/** True where limits may exceed requests. */
export const isOvercommitAllowed = (name: string): boolean =>
  isNativeResource(name) && !isHugePageResource(name);

/** Resources that have no fractions. */
export const isIntegerResource = (name: string): boolean =>
  countedObjects.includes(name) || isExtendedResource(name);

/** A name of any kind of resource. */
export function validateResourceName(name: string, path: FieldPath): FieldError[] {
  const errors = validateQualifiedName(name, path);
  if (errors.length === 0 && !name.includes('/') && !isStandardResource(name)) {
    errors.push(invalid(path, name, 'must be a standard resource type or fully qualified'));
  }
  return errors;
}

/** A resource a container can ask for. */
export function validateContainerResourceName(name: string, path: FieldPath): FieldError[] {
  const errors = validateResourceName(name, path);
  if (!name.includes('/')) {
    if (!isContainerResource(name))
      errors.push(invalid(path, name, 'must be a standard resource for containers'));
  } else if (!isNativeResource(name) && !isExtendedResource(name)) {
    errors.push(invalid(path, name, "doesn't follow extended resource name standard"));
  }
  return errors;
}

/** A resource a pod as a whole can ask for. */
export function validatePodResourceName(name: string, path: FieldPath): FieldError[] {
  const errors = validateResourceName(name, path);
  if (errors.length > 0 || isPodLevelResource(name)) return errors;
  return [notSupported(path, name, ['cpu', 'hugepages-', 'memory'])];
}

/** A resource a quota can limit. */
export function validateQuotaResourceName(name: string, path: FieldPath): FieldError[] {
  const errors = validateResourceName(name, path);
  if (!name.includes('/') && !isQuotaResource(name)) {
    errors.push(invalid(path, name, 'must be a standard resource for quota'));
  }
  return errors;
}
