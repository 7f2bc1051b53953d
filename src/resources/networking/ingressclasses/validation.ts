import type {
  IIngressClass,
  IIngressClassParametersReference,
  IIngressClassSpec,
} from 'kubernetes-models/networking.k8s.io/v1';
import {
  type FieldError,
  FieldPath,
  forbidden,
  notSupported,
  required,
  tooLong,
} from '../../../apimachinery/field-error.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import { byteLength } from '../../../apimachinery/names.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { isDomainPrefixedPath } from '../../../apimachinery/qualified-names.ts';
import { validateDNS1123Label } from '../../validation/name-fields.ts';
import { validateReference } from '../references.ts';

const controllerPath = FieldPath.of('spec', 'controller');
const maxControllerBytes = 250;
const scopes = ['Cluster', 'Namespace'];

const readSpec = (object: KubeObject): IIngressClassSpec => (object as unknown as IIngressClass).spec ?? {};

export function validateIngressClass(object: KubeObject): FieldError[] {
  const { controller = '', parameters } = readSpec(object);
  return [
    ...(byteLength(controller) > maxControllerBytes ? [tooLong(controllerPath, maxControllerBytes)] : []),
    ...isDomainPrefixedPath(controllerPath, controller),
    ...(parameters ? validateParameters(parameters, FieldPath.of('spec', 'parameters')) : []),
  ];
}

/** A class is never given to another controller. */
export const validateIngressClassUpdate = (object: KubeObject, old: KubeObject): FieldError[] => [
  ...validateImmutableField(
    readSpec(object).controller ?? '',
    readSpec(old).controller ?? '',
    controllerPath,
  ),
  ...validateIngressClass(object),
];

function validateParameters(parameters: IIngressClassParametersReference, path: FieldPath): FieldError[] {
  return [...validateReference(parameters, path), ...validateScope(parameters, path)];
}

/** Parameters in a namespace name it; cluster-wide ones have none. */
function validateScope(
  { scope, namespace }: IIngressClassParametersReference,
  path: FieldPath,
): FieldError[] {
  const namespacePath = path.child('namespace');
  if (scope === undefined) return [required(path.child('scope'))];
  if (!scopes.includes(scope)) return [notSupported(path.child('scope'), scope, scopes)];
  if (scope === 'Cluster') {
    return namespace === undefined
      ? []
      : [forbidden(namespacePath, "`parameters.scope` is set to 'Cluster'")];
  }
  return namespace === undefined
    ? [required(namespacePath, "`parameters.scope` is set to 'Namespace'")]
    : validateDNS1123Label(namespace, namespacePath);
}
