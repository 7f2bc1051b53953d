import type {
  IJobSpec,
  IPodFailurePolicyOnExitCodesRequirement,
  IPodFailurePolicyOnPodConditionsPattern,
  IPodFailurePolicyRule,
} from 'kubernetes-models/batch/v1';
import {
  duplicate,
  type FieldError,
  type FieldPath,
  invalid,
  notSupported,
  required,
  tooMany,
} from '../../apimachinery/field-error.ts';
import { isQualifiedName } from '../../apimachinery/names.ts';
import { invalidFor, invalidWithoutValue, repeated } from '../validation/values.ts';
import { maxExitCodes, maxFailurePolicyRules, maxPodConditions } from './job-limits.ts';

const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const operators = ['In', 'NotIn'];
const conditionStatuses = ['False', 'True', 'Unknown'];

export function validateFailurePolicy(spec: IJobSpec, path: FieldPath): FieldError[] {
  const rules = spec.podFailurePolicy?.rules ?? [];
  const rulesPath = path.child('rules');
  const { containers = [], initContainers = [] } = spec.template?.spec ?? {};
  const containerNames = new Set([...containers, ...initContainers].map(({ name }) => name));
  const errors =
    rules.length > maxFailurePolicyRules ? [tooMany(rulesPath, rules.length, maxFailurePolicyRules)] : [];
  for (const [i, rule] of rules.entries()) {
    errors.push(...validateRule(spec, rule, rulesPath.index(i), containerNames));
  }
  return errors;
}

function validateRule(
  spec: IJobSpec,
  rule: IPodFailurePolicyRule,
  path: FieldPath,
  containerNames: ReadonlySet<string>,
): FieldError[] {
  const { onExitCodes, onPodConditions = [] } = rule;
  const errors = oneOf(rule.action, actions, path.child('action'));
  if (rule.action === 'FailIndex' && spec.backoffLimitPerIndex === undefined) {
    const detail = 'requires the backoffLimitPerIndex to be set';
    errors.push(invalid(path.child('action'), rule.action, detail));
  }
  if (onExitCodes) {
    errors.push(...validateExitCodes(onExitCodes, path.child('onExitCodes'), containerNames));
  }
  errors.push(...validatePodConditions(onPodConditions, path.child('onPodConditions')));
  if (onExitCodes && onPodConditions.length > 0) {
    const detail = 'specifying both OnExitCodes and OnPodConditions is not supported';
    errors.push(invalidWithoutValue(path, detail));
  }
  if (!onExitCodes && onPodConditions.length === 0) {
    const detail = 'specifying one of OnExitCodes and OnPodConditions is required';
    errors.push(invalidWithoutValue(path, detail));
  }
  return errors;
}

function validatePodConditions(
  patterns: readonly IPodFailurePolicyOnPodConditionsPattern[],
  path: FieldPath,
): FieldError[] {
  const errors = patterns.length > maxPodConditions ? [tooMany(path, patterns.length, maxPodConditions)] : [];
  for (const [i, { type, status }] of patterns.entries()) {
    const patternPath = path.index(i);
    errors.push(
      ...invalidFor(isQualifiedName(type ?? ''), type ?? '', patternPath.child('type')),
      ...oneOf(status, conditionStatuses, patternPath.child('status')),
    );
  }
  return errors;
}

function validateExitCodes(
  { operator, containerName, values = [] }: IPodFailurePolicyOnExitCodesRequirement,
  path: FieldPath,
  containerNames: ReadonlySet<string>,
): FieldError[] {
  const valuesPath = path.child('values');
  const errors = oneOf(operator, operators, path.child('operator'));
  if (containerName !== undefined && !containerNames.has(containerName)) {
    const detail = 'must be one of the container or initContainer names in the pod template';
    errors.push(invalid(path.child('containerName'), containerName, detail));
  }
  if (values.length === 0) errors.push(invalid(valuesPath, values, 'at least one value is required'));
  else if (values.length > maxExitCodes) errors.push(tooMany(valuesPath, values.length, maxExitCodes));
  const again = repeated(values);
  for (const [i, value] of values.entries()) {
    const valuePath = valuesPath.index(i);
    if (operator === 'In' && value === 0) {
      errors.push(invalid(valuePath, value, 'must not be 0 for the In operator'));
    }
    if (again[i]) errors.push(duplicate(valuePath, value));
  }
  if (values.some((value, i) => i > 0 && values[i - 1]! > value)) {
    errors.push(invalid(valuesPath, values, 'must be ordered'));
  }
  return errors;
}

/** A word that must be there and be one of `values`. */
function oneOf(value: string | undefined, values: readonly string[], path: FieldPath): FieldError[] {
  if (!value) return [required(path, `valid values: [${values.map((v) => JSON.stringify(v)).join(' ')}]`)];
  return values.includes(value) ? [] : [notSupported(path, value, values)];
}
