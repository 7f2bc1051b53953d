import type {
  ICapacityRequestPolicy,
  ICapacityRequestPolicyRange,
  IDeviceCapacity,
} from 'kubernetes-models/resource.k8s.io/v1';
import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  required,
} from '../../../apimachinery/field-error.ts';
import {
  addQuantity,
  compareQuantity,
  formatQuantity,
  parseQuantity,
  type Quantity,
  quantityValue,
} from '../../../apimachinery/quantity.ts';
import { validateSet } from '../lists.ts';

const maxValidValues = 10;

/** Quantities have passed the schema. */
const amount = (value: unknown): Quantity => parseQuantity(String(value ?? '0'));
const larger = (a: Quantity, b: Quantity): boolean => compareQuantity(a, b) > 0;

/** A capacity that several requests may share says how much each may take. */
export function validateCapacity(capacity: IDeviceCapacity, shared: boolean, path: FieldPath): FieldError[] {
  const { requestPolicy: policy } = capacity;
  const policyPath = path.child('requestPolicy');
  if (!policy) return [];
  return shared
    ? validatePolicy(policy, amount(capacity.value), policyPath)
    : [forbidden(policyPath, 'allowMultipleAllocations must be true')];
}

function validatePolicy(policy: ICapacityRequestPolicy, capacity: Quantity, path: FieldPath): FieldError[] {
  const { validValues = [], validRange } = policy;
  if (validValues.length > 0 && validRange) {
    const detail =
      'exactly one policy can be specified, cannot specify "validValues" and "validRange" at the same time';
    return [forbidden(path, detail)];
  }
  const kind = validValues.length > 0 ? 'validValues' : validRange ? 'validRange' : undefined;
  if (kind === undefined) return [];
  if (policy.default === undefined) {
    return [required(path.child('default'), `required when ${kind} is defined`)];
  }
  const fallback = amount(policy.default);
  return validRange
    ? validateRange(validRange, fallback, capacity, path.child(kind))
    : validateValues(validValues.map(amount), fallback, capacity, path.child(kind));
}

function validateValues(
  values: readonly Quantity[],
  fallback: Quantity,
  capacity: Quantity,
  path: FieldPath,
): FieldError[] {
  const unsorted = values.flatMap((value, i) =>
    i > 0 && larger(values[i - 1]!, value)
      ? [invalid(path.index(i), formatQuantity(value), 'values must be sorted in ascending order')]
      : [],
  );
  const keyOf = (value: Quantity) => String(quantityValue(value));
  const tooLarge = (value: Quantity, at: FieldPath) => {
    const detail = `option is larger than capacity value: ${formatQuantity(capacity)}`;
    return larger(value, capacity) ? [invalid(at, formatQuantity(value), detail)] : [];
  };
  const known = values.some((value) => compareQuantity(value, fallback) === 0);
  const notKnown = 'default value is not valid according to the requestPolicy';
  return [
    ...unsorted,
    ...validateSet(values, maxValidValues, path, keyOf, tooLarge),
    ...(known ? [] : [invalid(path, formatQuantity(fallback), notKnown)]),
  ];
}

function validateRange(
  range: Partial<ICapacityRequestPolicyRange>,
  fallback: Quantity,
  capacity: Quantity,
  path: FieldPath,
): FieldError[] {
  if (range.min === undefined) return [required(path.child('min'), 'required when validRange is defined')];
  const min = amount(range.min);
  const text = formatQuantity;
  const errors: FieldError[] = [];
  const check = (wrong: boolean, field: string, value: Quantity, detail: string) => {
    if (wrong) errors.push(invalid(path.child(field), text(value), detail));
  };
  check(larger(min, capacity), 'min', min, `min is larger than capacity value: ${text(capacity)}`);
  check(larger(min, fallback), 'min', fallback, `default is less than min: ${text(min)}`);
  const max = range.max === undefined ? undefined : amount(range.max);
  if (max) {
    check(larger(min, max), 'max', min, `min is larger than max: ${text(max)}`);
    check(larger(max, capacity), 'max', max, `max is larger than capacity value: ${text(capacity)}`);
    check(larger(fallback, max), 'max', fallback, `default is more than max: ${text(max)}`);
  }
  if (range.step === undefined) return errors;
  const step = amount(range.step);
  const afterOne = addQuantity(min, step);
  const tooFar = `one step ${text(afterOne)} is larger than capacity value: ${text(capacity)}`;
  check(larger(afterOne, capacity), 'step', step, tooFar);
  for (const value of max ? [fallback, max] : [fallback]) {
    const detail = `value is not a multiple of a given step (${text(step)}) from (${text(min)})`;
    check(!isStepped(value, min, step), 'step', value, detail);
  }
  return errors;
}

function isStepped(value: Quantity, min: Quantity, step: Quantity): boolean {
  const size = quantityValue(step);
  return size !== 0n && (quantityValue(value) - quantityValue(min)) % size === 0n;
}
