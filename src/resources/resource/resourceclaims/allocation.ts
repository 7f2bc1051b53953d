import type {
  IAllocationResult,
  IDeviceAllocationConfiguration,
  IDeviceRequestAllocationResult,
} from 'kubernetes-models/resource.k8s.io/v1';
import {
  type FieldError,
  type FieldPath,
  notSupported,
  required,
} from '../../../apimachinery/field-error.ts';
import { validateDNS1123Label } from '../../validation/name-fields.ts';
import { validateNodeSelector } from '../../validation/node-selector.ts';
import { validateBindingConditions } from '../binding-conditions.ts';
import { validateRequestNameRefs } from '../claim-spec.ts';
import { maxConfigurations, validateConfiguration } from '../configuration.ts';
import { validateList } from '../lists.ts';
import { validateDriverName, validatePoolName, validateUid } from '../names.ts';
import { type RequestNames, validateRequestNameRef } from '../request-names.ts';

const maxResults = 32;
const sources = ['FromClaim', 'FromClass'];

/** Findings on what the scheduler gave to a claim. */
export function validateAllocation(
  allocation: IAllocationResult,
  names: RequestNames,
  path: FieldPath,
): FieldError[] {
  const devices = allocation.devices ?? {};
  const devicesPath = path.child('devices');
  return [
    ...validateList(devices.results, maxResults, devicesPath.child('results'), (result, at) =>
      validateResult(result, names, at),
    ),
    // Those of the claim and those of the class.
    ...validateList(devices.config, 2 * maxConfigurations, devicesPath.child('config'), (config, at) =>
      validateAllocatedConfiguration(config, names, at),
    ),
    ...(allocation.nodeSelector
      ? validateNodeSelector(allocation.nodeSelector, path.child('nodeSelector'))
      : []),
  ];
}

const validateResult = (
  result: IDeviceRequestAllocationResult,
  names: RequestNames,
  path: FieldPath,
): FieldError[] => [
  ...validateRequestNameRef(result.request ?? '', names, path.child('request')),
  ...validateDriverName(result.driver ?? '', path.child('driver')),
  ...validatePoolName(result.pool ?? '', path.child('pool')),
  ...validateDNS1123Label(result.device ?? '', path.child('device')),
  ...validateBindingConditions(result, path),
  ...(result.shareID === undefined ? [] : validateUid(result.shareID, path.child('shareID'))),
];

const validateAllocatedConfiguration = (
  config: IDeviceAllocationConfiguration,
  names: RequestNames,
  path: FieldPath,
): FieldError[] => [
  ...validateSource(config.source ?? '', path.child('source')),
  ...validateRequestNameRefs(config.requests, names, path.child('requests')),
  ...validateConfiguration(config, path),
];

function validateSource(source: string, path: FieldPath): FieldError[] {
  if (source === '') return [required(path)];
  return sources.includes(source) ? [] : [notSupported(path, source, sources)];
}
