import type {
  IHorizontalPodAutoscalerBehavior,
  IHPAScalingPolicy,
  IHPAScalingRules,
} from 'kubernetes-models/autoscaling/v2';
import {
  type FieldError,
  type FieldPath,
  invalid,
  notSupported,
  required,
} from '../../../apimachinery/field-error.ts';
import { parseQuantity } from '../../../apimachinery/quantity.ts';
import { validateNonNegativeQuantity } from '../../validation/quantity.ts';

const maxStabilizationWindowSeconds = 3600;
const maxPeriodSeconds = 1800;
const selectPolicies = ['Disabled', 'Max', 'Min'];
const policyTypes = ['Percent', 'Pods'];

export const validateBehavior = (
  { scaleUp, scaleDown }: IHorizontalPodAutoscalerBehavior,
  path: FieldPath,
): FieldError[] => [
  ...(scaleUp ? validateRules(scaleUp, path.child('scaleUp')) : []),
  ...(scaleDown ? validateRules(scaleDown, path.child('scaleDown')) : []),
];

function validateRules(rules: IHPAScalingRules, path: FieldPath): FieldError[] {
  const { stabilizationWindowSeconds: window, selectPolicy, policies = [], tolerance } = rules;
  const errors: FieldError[] = [];
  if (window !== undefined && window < 0) {
    const detail = 'must be greater than or equal to zero';
    errors.push(invalid(path.child('stabilizationWindowSeconds'), window, detail));
  }
  if (window !== undefined && window > maxStabilizationWindowSeconds) {
    const detail = `must be less than or equal to ${maxStabilizationWindowSeconds}`;
    errors.push(invalid(path.child('stabilizationWindowSeconds'), window, detail));
  }
  if (selectPolicy !== undefined && !selectPolicies.includes(selectPolicy)) {
    errors.push(notSupported(path.child('selectPolicy'), selectPolicy, selectPolicies));
  }
  const policiesPath = path.child('policies');
  if (policies.length === 0) errors.push(required(policiesPath, 'must specify at least one Policy'));
  errors.push(...policies.flatMap((policy, i) => validatePolicy(policy, policiesPath.index(i))));
  if (tolerance === undefined) return errors;
  const quantity = parseQuantity(String(tolerance));
  return [...errors, ...validateNonNegativeQuantity(quantity, path.child('tolerance'))];
}

function validatePolicy(
  { type, value = 0, periodSeconds = 0 }: IHPAScalingPolicy,
  path: FieldPath,
): FieldError[] {
  const periodPath = path.child('periodSeconds');
  const errors = policyTypes.includes(type ?? '')
    ? []
    : [notSupported(path.child('type'), type ?? '', policyTypes)];
  if (value <= 0) errors.push(invalid(path.child('value'), value, 'must be greater than zero'));
  if (periodSeconds <= 0) errors.push(invalid(periodPath, periodSeconds, 'must be greater than zero'));
  if (periodSeconds > maxPeriodSeconds) {
    errors.push(invalid(periodPath, periodSeconds, `must be less than or equal to ${maxPeriodSeconds}`));
  }
  return errors;
}
