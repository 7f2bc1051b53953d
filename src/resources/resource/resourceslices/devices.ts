import type { IDevice, IDeviceCounterConsumption } from 'kubernetes-models/resource.k8s.io/v1';
import { type FieldError, type FieldPath, invalid, required } from '../../../apimachinery/field-error.ts';
import { maxLabelLength } from '../../../apimachinery/names.ts';
import { jsonEqual } from '../../../apimachinery/object.ts';
import { validateDNS1123Label } from '../../validation/name-fields.ts';
import { validateBindingConditions } from '../binding-conditions.ts';
import { validateList, validateMap, validateSet } from '../lists.ts';
import { maxQualifiedNameLength, validateQualifiedName } from '../names.ts';
import { validateTaint } from '../taints.ts';
import { validateAttribute } from './attributes.ts';
import { validateCapacity } from './capacity.ts';
import { validateNodes } from './nodes.ts';

const maxAttributesAndCapacities = 32;
const maxAttributeValues = 48;
const maxTaints = 16;
const maxConsumptions = 2;
/** Of a counter set, and of what a device takes from one. */
export const maxCounters = 32;

const names = { max: Number.POSITIVE_INFINITY, maxKeyLength: maxQualifiedNameLength };

/** `old` is the device of the same name before an update. `perDeviceNodes`: each device says where it can be used. */
export function validateDevice(
  device: IDevice,
  old: IDevice | undefined,
  perDeviceNodes: boolean,
  path: FieldPath,
): FieldError[] {
  const shared = device.allowMultipleAllocations === true;
  return [
    ...validateDNS1123Label(device.name ?? '', path.child('name')),
    ...validateCounts(device, path),
    ...validateMap(
      device.attributes,
      names,
      path.child('attributes'),
      validateQualifiedName,
      validateAttribute,
    ),
    ...validateMap(device.capacity, names, path.child('capacity'), validateQualifiedName, (capacity, at) =>
      validateCapacity(capacity, shared, at),
    ),
    ...(old && jsonEqual(old.taints, device.taints)
      ? []
      : validateList(device.taints, maxTaints, path.child('taints'), (taint, at) =>
          validateTaint(taint, at),
        )),
    ...validateSet(
      device.consumesCounters,
      maxConsumptions,
      path.child('consumesCounters'),
      ({ counterSet }) => counterSet ?? '',
      validateConsumption,
    ),
    ...validateDeviceNodes(device, perDeviceNodes, path),
    ...validateBindingConditions(device, path),
  ];
}

function validateCounts({ attributes = {}, capacity = {} }: IDevice, path: FieldPath): FieldError[] {
  const attributeCount = Object.keys(attributes).length;
  const total = attributeCount + Object.keys(capacity).length;
  const check = (count: number, max: number, what: string) =>
    count > max ? [invalid(path, count, `the total number of ${what} must not exceed ${max}`)] : [];
  return [
    ...check(total, maxAttributesAndCapacities, 'attributes and capacities'),
    ...check(attributeCount, maxAttributeValues, 'attribute values'),
  ];
}

function validateConsumption(consumption: IDeviceCounterConsumption, path: FieldPath): FieldError[] {
  return [
    ...validateCounterSetName(consumption.counterSet ?? '', path.child('counterSet')),
    ...validateCounters(consumption.counters, path.child('counters')),
  ];
}

export const validateCounterSetName = (name: string, path: FieldPath): FieldError[] =>
  name === '' ? [required(path)] : validateDNS1123Label(name, path);

export function validateCounters(
  counters: Record<string, unknown> | undefined,
  path: FieldPath,
): FieldError[] {
  const limits = { max: maxCounters, maxKeyLength: maxLabelLength };
  return Object.keys(counters ?? {}).length === 0
    ? [required(path)]
    : validateMap(counters, limits, path, validateDNS1123Label, () => []);
}

function validateDeviceNodes(device: IDevice, perDeviceNodes: boolean, path: FieldPath): FieldError[] {
  const { nodeName, nodeSelector, allNodes } = device;
  if (perDeviceNodes) {
    const rule =
      'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec';
    const emptyName = 'must not be empty';
    return validateNodes(
      { nodeName, nodeSelector, allNodes },
      { missing: rule, several: rule, emptyName },
      path,
    );
  }
  const given = [nodeName, nodeSelector, allNodes].some((value) => value !== undefined);
  const detail =
    '`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec';
  return given ? [invalid(path, null, detail)] : [];
}
