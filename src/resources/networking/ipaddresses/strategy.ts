import type { IIPAddress } from 'kubernetes-models/networking.k8s.io/v1';
import { type FieldError, FieldPath, required } from '../../../apimachinery/field-error.ts';
import { isCanonicalIP } from '../../../apimachinery/ip.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import { isPathSegmentName } from '../../../apimachinery/names.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { validateDNS1123Subdomain } from '../../validation/name-fields.ts';
import { invalidFor } from '../../validation/values.ts';
import { validatePathSegment } from '../references.ts';

const parentPath = FieldPath.of('spec', 'parentRef');

const parentOf = (object: KubeObject) => (object as unknown as IIPAddress).spec?.parentRef;

/** An address names the object that holds it. */
function validateIPAddress(object: KubeObject): FieldError[] {
  const parent = parentOf(object);
  if (!parent) return [required(parentPath)];
  const { group, resource, name, namespace } = parent;
  return [
    ...(group ? validateDNS1123Subdomain(group, parentPath.child('group')) : []),
    ...validatePathSegment(resource, parentPath.child('resource')),
    ...validatePathSegment(name, parentPath.child('name')),
    ...(namespace ? invalidFor(isPathSegmentName(namespace), namespace, parentPath.child('namespace')) : []),
  ];
}

export const strategy: Strategy = {
  validateName: isCanonicalIP,
  // An address with something behind it would be none.
  generateName: (base) => base,
  validate: validateIPAddress,
  validateUpdate: (object, old) => [
    ...validateIPAddress(object),
    ...validateImmutableField(parentOf(object), parentOf(old), parentPath),
  ],
};
