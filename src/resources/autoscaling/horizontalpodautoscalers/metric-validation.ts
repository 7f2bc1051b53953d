import type { IMetricIdentifier, IMetricSpec, IMetricTarget } from 'kubernetes-models/autoscaling/v2';
import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../../apimachinery/field-error.ts';
import { isPathSegmentName } from '../../../apimachinery/names.ts';
import { parseQuantity, quantitySign } from '../../../apimachinery/quantity.ts';
import { readStruct } from '../../struct-fields.ts';
import { validateDNS1123Label } from '../../validation/name-fields.ts';
import { validateContainerResourceName } from '../../validation/resource-names.ts';
import { invalidFor } from '../../validation/values.ts';
import { type ReferenceOptions, validateReference } from './reference-validation.ts';

const sourceTypes = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];
const targetTypes = ['Utilization', 'Value', 'AverageValue'];
/** The field of each source type, in the order in which they are looked at. */
const sources = ['object', 'external', 'pods', 'resource', 'containerResource'] as const;
type SourceName = (typeof sources)[number];

/** One metric has one source, the one its type names. */
export function validateMetric(
  metric: IMetricSpec,
  objectOptions: ReferenceOptions,
  path: FieldPath,
): FieldError[] {
  const type = metric.type ?? '';
  const typePath = path.child('type');
  const errors: FieldError[] = [];
  if (type === '') errors.push(required(typePath, 'must specify a metric source type'));
  if (!sourceTypes.includes(type)) errors.push(notSupported(typePath, type, sourceTypes));

  const present = sources.filter((name) => metric[name] !== undefined);
  const [first] = present;
  if (first) errors.push(...validateSource(metric, first, objectOptions, path.child(first)));

  const expected = sources.find((name) => name.toLowerCase() === type.toLowerCase());
  if (expected && metric[expected] === undefined) {
    errors.push(required(path.child(expected), 'must populate information for the given metric source'));
  }
  if (!sourceTypes.includes(type)) errors.push(notSupported(typePath, type, sourceTypes));
  if (present.length === 1) return errors;
  for (const name of present) {
    if (name === expected) continue;
    errors.push(forbidden(path.child(name), 'must populate the given metric source only'));
  }
  return errors;
}

function validateSource(
  metric: IMetricSpec,
  name: SourceName,
  objectOptions: ReferenceOptions,
  path: FieldPath,
): FieldError[] {
  const source = readStruct<object>(metric, name);
  const target = readStruct<IMetricTarget>(source, 'target');
  const targetPath = path.child('target');
  const identifier = () => validateIdentifier(readStruct(source, 'metric'), path.child('metric'));
  const targetErrors = validateTarget(target, targetPath);
  switch (name) {
    case 'object':
      return [
        ...validateReference(
          readStruct(source, 'describedObject'),
          objectOptions,
          path.child('describedObject'),
        ),
        ...identifier(),
        ...targetErrors,
        ...requireValue(target, targetPath, 'must set either a target value or averageValue'),
      ];
    case 'external':
      return [
        ...identifier(),
        ...targetErrors,
        ...requireValue(target, targetPath, 'must set either a target value for metric or a per-pod target'),
        ...refuseBothValues(target, targetPath),
      ];
    case 'pods':
      return [
        ...identifier(),
        ...targetErrors,
        ...(target.averageValue === undefined
          ? [required(targetPath.child('averageValue'), 'must specify a positive target averageValue')]
          : []),
      ];
    default:
      return [
        ...validateResourceName(source, name === 'containerResource', path),
        ...targetErrors,
        ...requireUse(target, targetPath),
      ];
  }
}

function validateResourceName(source: object, ofContainer: boolean, path: FieldPath): FieldError[] {
  const { name = '', container = '' } = source as { name?: string; container?: string };
  const namePath = path.child('name');
  const errors = name === '' ? [required(namePath, 'must specify a resource name')] : [];
  if (!ofContainer) return errors;
  if (name !== '') errors.push(...validateContainerResourceName(name, namePath));
  const containerPath = path.child('container');
  return container === ''
    ? [...errors, required(containerPath, 'must specify a container')]
    : [...errors, ...validateDNS1123Label(container, containerPath)];
}

function validateIdentifier({ name = '' }: IMetricIdentifier, path: FieldPath): FieldError[] {
  if (name === '') return [required(path.child('name'), 'must specify a metric name')];
  return invalidFor(isPathSegmentName(name), name, path.child('name'));
}

function validateTarget(target: IMetricTarget, path: FieldPath): FieldError[] {
  const { averageUtilization } = target;
  const type = target.type ?? '';
  const errors: FieldError[] = [];
  if (type === '') errors.push(required(path.child('type'), 'must specify a metric target type'));
  if (!targetTypes.includes(type)) {
    const detail = 'must be either Utilization, Value, or AverageValue';
    errors.push(invalid(path.child('type'), type, detail));
  }
  for (const name of ['value', 'averageValue'] as const) {
    const amount = target[name];
    if (amount !== undefined && quantitySign(parseQuantity(String(amount))) !== 1) {
      errors.push(invalid(path.child(name), amount, 'must be positive'));
    }
  }
  if (averageUtilization !== undefined && averageUtilization < 1) {
    errors.push(invalid(path.child('averageUtilization'), averageUtilization, 'must be greater than 0'));
  }
  return errors;
}

const requireValue = (
  { value, averageValue }: IMetricTarget,
  path: FieldPath,
  detail: string,
): FieldError[] =>
  value === undefined && averageValue === undefined ? [required(path.child('averageValue'), detail)] : [];

const refuseBothValues = ({ value, averageValue }: IMetricTarget, path: FieldPath): FieldError[] =>
  value !== undefined && averageValue !== undefined
    ? [forbidden(path.child('value'), 'may not set both a target value for metric and a per-pod target')]
    : [];

function requireUse({ averageUtilization, averageValue }: IMetricTarget, path: FieldPath): FieldError[] {
  if (averageUtilization === undefined && averageValue === undefined) {
    const detail = 'must set either a target raw value or a target utilization';
    return [required(path.child('averageUtilization'), detail)];
  }
  return averageUtilization !== undefined && averageValue !== undefined
    ? [forbidden(path.child('averageValue'), 'may not set both a target raw value and a target utilization')]
    : [];
}
