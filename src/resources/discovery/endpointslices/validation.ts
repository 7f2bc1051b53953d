import type { IEndpoint, IEndpointPort, IEndpointSlice } from 'kubernetes-models/discovery.k8s.io/v1';
import {
  duplicate,
  type FieldError,
  FieldPath,
  invalid,
  notSupported,
  required,
  tooMany,
} from '../../../apimachinery/field-error.ts';
import { ipFamily, isCanonicalIP } from '../../../apimachinery/ip.ts';
import { validateLabels } from '../../../apimachinery/labels-validation.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import { isValidLabelValue } from '../../../apimachinery/names.ts';
import { jsonEqual, type KubeObject } from '../../../apimachinery/object.ts';
import { isFullyQualifiedDomainName } from '../../../apimachinery/qualified-names.ts';
import { validateEndpointIP, validateIPField } from '../../ip-fields.ts';
import { portProtocols } from '../../port-protocols.ts';
import {
  validateDNS1123Label,
  validateDNS1123Subdomain,
  validateOneOf,
  validateQualifiedName,
} from '../../validation/name-fields.ts';
import { invalidFor } from '../../validation/values.ts';

const addressTypes = ['FQDN', 'IPv4', 'IPv6'];
const maxTopologyLabels = 16;
const maxAddresses = 100;
const maxPorts = 20_000;
const maxEndpoints = 1000;
const maxHints = 8;

const sliceOf = (object: KubeObject) => object as unknown as IEndpointSlice;
const endpointsPath = FieldPath.of('endpoints');

export const validateEndpointSlice = (object: KubeObject): FieldError[] => [
  ...validateFrame(object),
  ...validateEndpoints(object),
];

/** The address type stays; endpoints that are not changed may stay as an older rule let them be. */
export function validateEndpointSliceUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const sameEndpoints = jsonEqual(sliceOf(object).endpoints ?? [], sliceOf(old).endpoints ?? []);
  return [
    ...validateFrame(object),
    ...(sameEndpoints ? [] : validateEndpoints(object)),
    ...validateImmutableField(
      sliceOf(object).addressType,
      sliceOf(old).addressType,
      FieldPath.of('addressType'),
    ),
  ];
}

function validateFrame(object: KubeObject): FieldError[] {
  const { addressType, ports } = sliceOf(object);
  const path = FieldPath.of('addressType');
  return [
    ...(addressType ? validateOneOf(addressType, addressTypes, path) : [required(path)]),
    ...validatePorts(ports ?? [], FieldPath.of('ports')),
  ];
}

function validatePorts(ports: readonly IEndpointPort[], path: FieldPath): FieldError[] {
  if (ports.length > maxPorts) return [tooMany(path, ports.length, maxPorts)];
  const names = new Set<string>();
  return ports.flatMap(({ name = '', protocol, appProtocol }, i) => {
    const portPath = path.index(i);
    const errors = name === '' ? [] : validateDNS1123Label(name, portPath.child('name'));
    if (names.has(name)) errors.push(duplicate(portPath.child('name'), name));
    names.add(name);
    if (protocol === undefined) errors.push(required(portPath.child('protocol')));
    else if (!portProtocols.includes(protocol)) {
      errors.push(notSupported(portPath.child('protocol'), protocol, portProtocols));
    }
    if (appProtocol !== undefined) {
      errors.push(...validateQualifiedName(appProtocol, portPath.child('appProtocol')));
    }
    return errors;
  });
}

function validateEndpoints(object: KubeObject): FieldError[] {
  const { endpoints, addressType } = sliceOf(object);
  const list = endpoints ?? [];
  if (list.length > maxEndpoints) return [tooMany(endpointsPath, list.length, maxEndpoints)];
  return list.flatMap((endpoint, i) => validateEndpoint(endpoint, addressType, endpointsPath.index(i)));
}

function validateEndpoint(endpoint: IEndpoint, addressType: string, path: FieldPath): FieldError[] {
  const { nodeName, hostname, deprecatedTopology = {}, hints } = endpoint;
  const topologyPath = path.child('deprecatedTopology');
  const topologySize = Object.keys(deprecatedTopology).length;
  return [
    ...validateAddresses(endpoint.addresses ?? [], addressType, path.child('addresses')),
    ...(nodeName === undefined ? [] : validateDNS1123Subdomain(nodeName, path.child('nodeName'))),
    ...(topologySize > maxTopologyLabels ? [tooMany(topologyPath, topologySize, maxTopologyLabels)] : []),
    ...validateLabels(deprecatedTopology, topologyPath),
    ...(hostname === undefined ? [] : validateDNS1123Label(hostname, path.child('hostname'))),
    ...(hints ? validateHints(hints, path.child('hints')) : []),
  ];
}

function validateAddresses(addresses: readonly string[], type: string, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (addresses.length === 0) errors.push(required(path, 'must contain at least 1 address'));
  if (addresses.length > maxAddresses) errors.push(tooMany(path, addresses.length, maxAddresses));
  for (const [i, address] of addresses.entries()) {
    errors.push(...validateAddress(address, type, path, path.index(i)));
  }
  return errors;
}

/** IPv4 addresses are older than the rule that there is one text per address. */
function validateAddress(address: string, type: string, listPath: FieldPath, path: FieldPath): FieldError[] {
  if (type === 'FQDN') return isFullyQualifiedDomainName(path, address);
  if (type !== 'IPv4' && type !== 'IPv6') return [];
  const errors =
    type === 'IPv4' ? validateIPField(address, path) : invalidFor(isCanonicalIP(address), address, path);
  if (errors.length > 0) return errors;
  if (`IPv${ipFamily(address)}` !== type)
    errors.push(invalid(listPath, address, `must be an ${type} address`));
  return [...errors, ...validateEndpointIP(address, path)];
}

function validateHints(hints: NonNullable<IEndpoint['hints']>, path: FieldPath): FieldError[] {
  const { forZones = [], forNodes = [] } = hints;
  const zonesPath = path.child('forZones');
  const nodesPath = path.child('forNodes');
  if (forZones.length > maxHints) return [tooMany(zonesPath, forZones.length, maxHints)];
  const errors = validateHintNames(forZones, zonesPath, (name, namePath) =>
    invalidFor(isValidLabelValue(name), name, namePath),
  );
  if (forNodes.length > maxHints) return [...errors, tooMany(nodesPath, forNodes.length, maxHints)];
  return [...errors, ...validateHintNames(forNodes, nodesPath, validateDNS1123Subdomain)];
}

function validateHintNames(
  hints: readonly { readonly name: string }[],
  path: FieldPath,
  validateName: (name: string, path: FieldPath) => FieldError[],
): FieldError[] {
  return hints.flatMap(({ name = '' }, i) => {
    const namePath = path.index(i).child('name');
    const repeated = hints.findIndex((hint) => (hint.name ?? '') === name) < i;
    return [...(repeated ? [duplicate(namePath, name)] : []), ...validateName(name, namePath)];
  });
}
