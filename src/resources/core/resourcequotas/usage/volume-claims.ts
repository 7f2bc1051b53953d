import type { IPersistentVolumeClaim, IScopedResourceSelectorRequirement } from 'kubernetes-models/v1';
import { jsonEqual, type KubeObject } from '../../../../apimachinery/object.ts';
import {
  compareQuantity,
  parseQuantity,
  type Quantity,
  quantityOf,
  quantityValue,
} from '../../../../apimachinery/quantity.ts';
import { storageClassOf } from '../../../validation/claim-class.ts';
import type { Quantities } from '../../../validation/resource-list.ts';
import { countName, one } from './counts.ts';
import { holdsOf } from './scope-values.ts';
import type { Evaluator, UsageChange } from './types.ts';

const count = countName({ group: '', resource: 'persistentvolumeclaims' });
const perClass = ['persistentvolumeclaims', 'requests.storage'];
const classInfix = '.storageclass.storage.k8s.io/';

const asClaim = (object: KubeObject): IPersistentVolumeClaim => object as unknown as IPersistentVolumeClaim;

function mayUse({ subresource, object, oldObject }: UsageChange): boolean {
  if (subresource === '') return true;
  if (subresource !== 'status' || !oldObject) return false;
  const [now, before] = [asClaim(object).status ?? {}, asClaim(oldObject).status ?? {}];
  return (
    !jsonEqual(now.allocatedResources, before.allocatedResources) ||
    !jsonEqual(attributesClasses(object).sort(), attributesClasses(oldObject).sort())
  );
}

function usage(object: KubeObject): Quantities {
  const used = new Map<string, Quantity>([
    [count, one],
    ['persistentvolumeclaims', one],
  ]);
  const storage = storageUsed(object);
  if (storage) used.set('requests.storage', storage);
  const className = storageClassOf(object);
  if (!className) return used;
  used.set(`${className}${classInfix}persistentvolumeclaims`, one);
  if (storage) used.set(`${className}${classInfix}requests.storage`, storage);
  return used;
}

/** Whole bytes: of what is asked for and what is already being made, the larger. */
function storageUsed(object: KubeObject): Quantity | undefined {
  const { spec, status } = asClaim(object);
  const asked = bytesIn(spec?.resources?.requests);
  const allocated = bytesIn(status?.allocatedResources);
  return asked && allocated && compareQuantity(allocated, asked) > 0 ? allocated : asked;
}

function bytesIn(amounts: Readonly<Record<string, string | number>> | undefined): Quantity | undefined {
  const text = amounts?.['storage'];
  if (text === undefined) return undefined;
  const quantity = parseQuantity(String(text));
  return quantityOf(quantityValue(quantity), quantity.format);
}

/** The attributes that a volume has, shall have, or is on the way to. */
function attributesClasses(object: KubeObject): string[] {
  const { spec, status } = asClaim(object);
  const classes = [
    spec?.volumeAttributesClassName,
    status?.currentVolumeAttributesClassName,
    status?.modifyVolumeStatus?.targetVolumeAttributesClassName,
  ];
  return [...new Set(classes.filter((name) => name !== undefined && name !== ''))] as string[];
}

export const volumeClaims: Evaluator = {
  mayUse,
  uses: (name) =>
    name === count || perClass.some((resource) => name === resource || name.endsWith(classInfix + resource)),
  usage,
  isWithin: (scope: IScopedResourceSelectorRequirement, object) =>
    scope.scopeName === 'VolumeAttributesClass' && holdsOf(scope, attributesClasses(object)),
};
