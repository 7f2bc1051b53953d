import type { IDeviceClassSpec } from 'kubernetes-models/resource.k8s.io/v1';
import { type FieldError, FieldPath, invalid } from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { isExtendedResource } from '../../validation/resource-names.ts';
import { maxConfigurations, validateConfiguration, validateSelectors } from '../configuration.ts';
import { validateList } from '../lists.ts';

const path = FieldPath.of('spec');

export function validateDeviceClass(deviceClass: KubeObject): FieldError[] {
  const spec = readStruct<IDeviceClassSpec>(deviceClass, 'spec');
  const extended = spec.extendedResourceName;
  return [
    ...validateSelectors(spec.selectors, path.child('selectors')),
    ...validateList(spec.config, maxConfigurations, path.child('config'), validateConfiguration),
    ...(extended === undefined || isExtendedResource(extended)
      ? []
      : [invalid(path.child('extendedResourceName'), extended, 'must be a valid extended resource name')]),
  ];
}
