import type {
  IDeviceClaim,
  IDeviceClaimConfiguration,
  IDeviceConstraint,
  IResourceClaimSpec,
} from 'kubernetes-models/resource.k8s.io/v1';
import { type FieldError, FieldPath, required } from '../../apimachinery/field-error.ts';
import type { WriteContext } from '../../scheme/definition.ts';
import { readStruct } from '../struct-fields.ts';
import { validateAdminAccess } from './admin-access.ts';
import { maxConfigurations, validateConfiguration } from './configuration.ts';
import { validateList, validateSet } from './lists.ts';
import { validateFullyQualifiedName } from './names.ts';
import { type RequestNames, requestNamesOf, validateRequestNameRef } from './request-names.ts';
import { defaultRequest, validateRequest } from './requests.ts';

const maxConstraints = 32;

/** Requests that a claim may have, and names of requests that a list may hold. */
export const maxRequests = 32;

export const devicesOf = (spec: IResourceClaimSpec | undefined): IDeviceClaim => readStruct(spec, 'devices');

export const defaultClaimSpec = (spec: IResourceClaimSpec | undefined): void =>
  devicesOf(spec).requests?.forEach(defaultRequest);

/** Found at the place in a claim, also for those of a template. */
export const validateAdminRequests = (
  spec: IResourceClaimSpec | undefined,
  context: WriteContext,
): FieldError[] =>
  validateAdminAccess(
    (devicesOf(spec).requests ?? []).map(({ exactly }) => exactly ?? {}),
    context,
    FieldPath.of('spec', 'devices', 'requests'),
  );

/** Findings on the spec of a claim or of a claim template. */
export function validateClaimSpec(spec: IResourceClaimSpec | undefined, path: FieldPath): FieldError[] {
  const devices = devicesOf(spec);
  const devicesPath = path.child('devices');
  const names = requestNamesOf(devices);
  return [
    ...validateSet(
      devices.requests,
      maxRequests,
      devicesPath.child('requests'),
      ({ name }) => name ?? '',
      validateRequest,
    ),
    ...validateList(devices.constraints, maxConstraints, devicesPath.child('constraints'), (constraint, at) =>
      validateConstraint(constraint, names, at),
    ),
    ...validateList(devices.config, maxConfigurations, devicesPath.child('config'), (config, at) =>
      validateClaimConfiguration(config, names, at),
    ),
  ];
}

/** A list of names of requests; an empty one means all. */
export const validateRequestNameRefs = (
  requests: readonly string[] | undefined,
  names: RequestNames,
  path: FieldPath,
): FieldError[] =>
  validateSet(
    requests,
    maxRequests,
    path,
    (name) => name,
    (name, at) => validateRequestNameRef(name, names, at),
  );

function validateConstraint(
  constraint: IDeviceConstraint,
  names: RequestNames,
  path: FieldPath,
): FieldError[] {
  const { matchAttribute, distinctAttribute } = constraint;
  const errors = validateRequestNameRefs(constraint.requests, names, path.child('requests'));
  if (matchAttribute !== undefined) {
    return [...errors, ...validateFullyQualifiedName(matchAttribute, path.child('matchAttribute'))];
  }
  if (distinctAttribute !== undefined) {
    return [...errors, ...validateFullyQualifiedName(distinctAttribute, path.child('distinctAttribute'))];
  }
  // The wording is upstream's, though nothing is set.
  const detail =
    'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set';
  return [...errors, required(path, detail)];
}

const validateClaimConfiguration = (
  config: IDeviceClaimConfiguration,
  names: RequestNames,
  path: FieldPath,
): FieldError[] => [
  ...validateRequestNameRefs(config.requests, names, path.child('requests')),
  ...validateConfiguration(config, path),
];
