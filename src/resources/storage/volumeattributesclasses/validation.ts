import type { IVolumeAttributesClass } from 'kubernetes-models/storage.k8s.io/v1';
import { type FieldError, FieldPath } from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { validateParameters, validateProvisioner, validateUnchanged } from '../parameters.ts';

const { root } = FieldPath;

export function validateVolumeAttributesClass(object: KubeObject): FieldError[] {
  const { driverName = '', parameters = {} } = object as unknown as IVolumeAttributesClass;
  return [
    ...validateProvisioner(driverName, root.child('driverName')),
    ...validateParameters(parameters, { allowEmpty: false }, root.child('parameters')),
  ];
}

export const validateVolumeAttributesClassUpdate = (object: KubeObject, old: KubeObject): FieldError[] => [
  ...validateUnchanged(object['driverName'], old['driverName'], 'driverName', root),
  ...validateUnchanged(object['parameters'], old['parameters'], 'parameters', root),
  ...validateVolumeAttributesClass(object),
];
