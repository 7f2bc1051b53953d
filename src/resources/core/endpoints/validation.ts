import type { IEndpointAddress } from 'kubernetes-models/v1/EndpointAddress';
import type { IEndpointPort } from 'kubernetes-models/v1/EndpointPort';
import type { IEndpointSubset } from 'kubernetes-models/v1/EndpointSubset';
import type { IEndpoints } from 'kubernetes-models/v1/Endpoints';
import { type FieldError, FieldPath, notSupported, required } from '../../../apimachinery/field-error.ts';
import {
  isDNS1123Label,
  isDNS1123Subdomain,
  isQualifiedName,
  isValidPortNum,
} from '../../../apimachinery/names.ts';
import { jsonEqual, type KubeObject } from '../../../apimachinery/object.ts';
import { validateEndpointIP, validateIPField } from '../../ip-fields.ts';
import { portProtocols } from '../../port-protocols.ts';
import { invalidFor } from '../../validation/values.ts';

const subsetsPath = FieldPath.of('subsets');

const subsetsOf = (object: KubeObject) => (object as unknown as IEndpoints).subsets ?? [];

export const validateEndpoints = (object: KubeObject): FieldError[] =>
  subsetsOf(object).flatMap((subset, i) => validateSubset(subset, subsetsPath.index(i)));

/** Subsets that are not changed may stay as an older rule let them be. */
export const validateEndpointsUpdate = (object: KubeObject, old: KubeObject): FieldError[] =>
  jsonEqual(subsetsOf(object), subsetsOf(old)) ? [] : validateEndpoints(object);

function validateSubset(subset: IEndpointSubset, path: FieldPath): FieldError[] {
  const { addresses = [], notReadyAddresses = [], ports = [] } = subset;
  const none = addresses.length === 0 && notReadyAddresses.length === 0;
  return [
    ...(none ? [required(path, 'must specify `addresses` or `notReadyAddresses`')] : []),
    ...addresses.flatMap((address, i) => validateAddress(address, path.child('addresses').index(i))),
    ...notReadyAddresses.flatMap((address, i) =>
      validateAddress(address, path.child('notReadyAddresses').index(i)),
    ),
    ...ports.flatMap((port, i) => validatePort(port, ports.length > 1, path.child('ports').index(i))),
  ];
}

function validateAddress(
  { ip = '', hostname = '', nodeName }: IEndpointAddress,
  path: FieldPath,
): FieldError[] {
  return [
    ...validateIPField(ip, path.child('ip')),
    ...(hostname === '' ? [] : invalidFor(isDNS1123Label(hostname), hostname, path.child('hostname'))),
    ...(nodeName === undefined
      ? []
      : invalidFor(isDNS1123Subdomain(nodeName), nodeName, path.child('nodeName'))),
    ...validateEndpointIP(ip, path.child('ip')),
  ];
}

function validatePort(
  { name = '', port = 0, protocol, appProtocol }: IEndpointPort,
  needsName: boolean,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  if (name !== '') errors.push(...invalidFor(isDNS1123Label(name), name, path.child('name')));
  else if (needsName) errors.push(required(path.child('name')));
  errors.push(...invalidFor(isValidPortNum(port), port, path.child('port')));
  if (!protocol) errors.push(required(path.child('protocol')));
  else if (!portProtocols.includes(protocol)) {
    errors.push(notSupported(path.child('protocol'), protocol, portProtocols));
  }
  if (appProtocol !== undefined) {
    errors.push(...invalidFor(isQualifiedName(appProtocol), appProtocol, path.child('appProtocol')));
  }
  return errors;
}
