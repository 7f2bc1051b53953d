import type { IStorageClass } from 'kubernetes-models/storage.k8s.io/v1';
import { type FieldError, FieldPath, required } from '../../../apimachinery/field-error.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { validateOneOf } from '../../validation/name-fields.ts';
import { validateParameters, validateProvisioner, validateUnchanged } from '../parameters.ts';
import { validateTopologies } from './topology-validation.ts';

const { root } = FieldPath;
const reclaimPolicies = ['Delete', 'Retain'];
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

export function validateStorageClassUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const unchanged = (name: string, empty?: unknown) =>
    validateUnchanged(object[name] ?? empty, old[name] ?? empty, name, root);
  return [
    ...validateStorageClass(object),
    ...unchanged('parameters', {}),
    ...unchanged('provisioner'),
    ...unchanged('reclaimPolicy'),
    ...validateImmutableField(
      object['volumeBindingMode'],
      old['volumeBindingMode'],
      root.child('volumeBindingMode'),
    ),
  ];
}
