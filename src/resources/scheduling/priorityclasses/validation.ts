import type { IPriorityClass } from 'kubernetes-models/scheduling.k8s.io/v1';
import {
  type FieldError,
  FieldPath,
  forbidden,
  notSupported,
  required,
} from '../../../apimachinery/field-error.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';

const systemPrefix = 'system-';
/** The classes that carry the prefix, by value; neither is the default. */
const systemClasses: ReadonlyMap<string, number> = new Map([
  ['system-node-critical', 2_000_001_000],
  ['system-cluster-critical', 2_000_000_000],
]);
export const isSystemClass = (name: string): boolean => systemClasses.has(name);
const highestUserPriority = 1_000_000_000;
const preemptionPolicies = ['PreemptLowerPriority', 'Never'];

export function validatePriorityClass(object: KubeObject): FieldError[] {
  const { preemptionPolicy, value = 0 } = object as unknown as IPriorityClass;
  const { name = '' } = object.metadata;
  const errors: FieldError[] = [];
  if (name.startsWith(systemPrefix)) {
    const finding = systemClassError(object);
    if (finding !== undefined) {
      const detail = `priority class names with '${systemPrefix}' prefix are reserved for system use only. error: ${finding}`;
      errors.push(forbidden(FieldPath.of('metadata', 'name'), detail));
    }
  } else if (value > highestUserPriority) {
    const detail = `maximum allowed value of a user defined priority is ${highestUserPriority}`;
    errors.push(forbidden(FieldPath.of('value'), detail));
  }
  if ((preemptionPolicy as string | undefined) === '')
    errors.push(required(FieldPath.of('preemptionPolicy')));
  else if (preemptionPolicy !== undefined && !preemptionPolicies.includes(preemptionPolicy)) {
    errors.push(notSupported(FieldPath.of('preemptionPolicy'), preemptionPolicy, preemptionPolicies));
  }
  return errors;
}

export function validatePriorityClassUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const { value = 0, preemptionPolicy } = object as unknown as IPriorityClass;
  const { value: oldValue = 0, preemptionPolicy: oldPolicy } = old as unknown as IPriorityClass;
  return [
    ...(value === oldValue ? [] : [forbidden(FieldPath.of('value'), 'may not be changed in an update.')]),
    ...validateImmutableField(preemptionPolicy, oldPolicy, FieldPath.of('preemptionPolicy')),
  ];
}

/** Why this is not one of the system's classes. */
function systemClassError(object: KubeObject): string | undefined {
  const { value = 0, globalDefault = false } = object as unknown as IPriorityClass;
  const { name = '' } = object.metadata;
  const expected = systemClasses.get(name);
  if (expected === undefined) return `${name} is not a known system priority class`;
  if (value !== expected) return `value of ${name} PriorityClass must be ${expected}`;
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}
