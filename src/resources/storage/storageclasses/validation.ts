import type { IStorageClass } from 'kubernetes-models/storage.k8s.io/v1';
import { type FieldError, FieldPath, required } from '../../../apimachinery/field-error.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { validateOneOf } from '../../validation/name-fields.ts';
import { validateParameters, validateProvisioner } from '../parameters.ts';
import { validateTopologies } from './topology-validation.ts';

const { root } = FieldPath;
const reclaimPolicies = ['Delete', 'Retain'];
const immutableFields = ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'];
const bindingModes = ['Immediate', 'WaitForFirstConsumer'];

export function validateStorageClass(object: KubeObject): FieldError[] {
  const storageClass = object as unknown as IStorageClass;
  const { provisioner = '', parameters = {}, reclaimPolicy, volumeBindingMode } = storageClass;
  const modePath = root.child('volumeBindingMode');
  return [
    ...validateProvisioner(provisioner, root.child('provisioner')),
    ...validateParameters(parameters, { allowEmpty: true }, root.child('parameters')),
    ...(reclaimPolicy ? validateOneOf(reclaimPolicy, reclaimPolicies, root.child('reclaimPolicy')) : []),
    ...(volumeBindingMode === undefined
      ? [required(modePath)]
      : validateOneOf(volumeBindingMode, bindingModes, modePath)),
    ...validateTopologies(storageClass.allowedTopologies ?? [], root.child('allowedTopologies')),
  ];
}

export const validateStorageClassUpdate = (object: KubeObject, old: KubeObject): FieldError[] => [
  ...validateStorageClass(object),
  ...immutableFields.flatMap((name) => validateImmutableField(object[name], old[name], root.child(name))),
];
