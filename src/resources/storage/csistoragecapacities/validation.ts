import type { ICSIStorageCapacity } from 'kubernetes-models/storage.k8s.io/v1';
import { type FieldError, FieldPath } from '../../../apimachinery/field-error.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import { isDNS1123Subdomain } from '../../../apimachinery/names.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { parseQuantity } from '../../../apimachinery/quantity.ts';
import { validateLabelSelector } from '../../validation/label-selector.ts';
import { validateNonNegativeQuantity } from '../../validation/quantity.ts';
import { invalidFor } from '../../validation/values.ts';

const { root } = FieldPath;

export function validateCSIStorageCapacity(object: KubeObject): FieldError[] {
  const { nodeTopology, storageClassName = '', capacity } = object as unknown as ICSIStorageCapacity;
  return [
    ...validateLabelSelector(nodeTopology, root.child('nodeTopology')),
    ...invalidFor(isDNS1123Subdomain(storageClassName), storageClassName, root.child('storageClassName')),
    ...(capacity === undefined
      ? []
      : validateNonNegativeQuantity(parseQuantity(String(capacity)), root.child('capacity'))),
  ];
}

/** What the driver was asked stays; its answer may change. */
export const validateCSIStorageCapacityUpdate = (object: KubeObject, old: KubeObject): FieldError[] => [
  ...validateCSIStorageCapacity(object),
  ...(['nodeTopology', 'storageClassName'] as const).flatMap((name) =>
    validateImmutableField(object[name], old[name], root.child(name)),
  ),
];
