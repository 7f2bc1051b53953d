import type { IPodDisruptionBudgetSpec, IPodDisruptionBudgetStatus } from 'kubernetes-models/policy/v1';
import { type FieldError, FieldPath, invalid, notSupported } from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { validateConditions } from '../../validation/conditions.ts';
import { validateAtMost100Percent, validateIntOrPercent } from '../../validation/int-or-percent.ts';
import { validateLabelSelector } from '../../validation/label-selector.ts';
import { nonNegativeFields } from '../../validation/values.ts';

const evictionPolicies = ['AlwaysAllow', 'IfHealthyBudget'];
const counters = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'];

export function validatePodDisruptionBudget(object: KubeObject): FieldError[] {
  const path = FieldPath.of('spec');
  const spec = readStruct<IPodDisruptionBudgetSpec>(object, 'spec');
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy } = spec;
  const errors: FieldError[] = [];
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const detail = 'minAvailable and maxUnavailable cannot be both set';
    errors.push(invalid(path, printed(spec), detail));
  }
  for (const name of ['minAvailable', 'maxUnavailable'] as const) {
    const value = spec[name];
    if (value === undefined) continue;
    errors.push(...validateIntOrPercent(value, path.child(name)));
    errors.push(...validateAtMost100Percent(value, path.child(name)));
  }
  errors.push(...validateLabelSelector(selector, path.child('selector')));
  if (unhealthyPodEvictionPolicy !== undefined && !evictionPolicies.includes(unhealthyPodEvictionPolicy)) {
    const policyPath = path.child('unhealthyPodEvictionPolicy');
    errors.push(notSupported(policyPath, unhealthyPodEvictionPolicy, evictionPolicies));
  }
  return errors;
}

export function validatePodDisruptionBudgetStatusUpdate(object: KubeObject): FieldError[] {
  const path = FieldPath.of('status');
  const status = readStruct<IPodDisruptionBudgetStatus>(object, 'status');
  return [
    ...validateConditions(status.conditions, path.child('conditions')),
    ...nonNegativeFields(status, counters, path),
  ];
}

/** The internal type has no JSON names, and that is what the reference server prints. */
const printed = (spec: IPodDisruptionBudgetSpec) => ({
  MinAvailable: spec.minAvailable ?? null,
  Selector: spec.selector ?? null,
  MaxUnavailable: spec.maxUnavailable ?? null,
  UnhealthyPodEvictionPolicy: spec.unhealthyPodEvictionPolicy ?? null,
});
