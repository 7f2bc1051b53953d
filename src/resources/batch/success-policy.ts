import type { IJobSpec, ISuccessPolicyRule } from 'kubernetes-models/batch/v1';
import {
  type FieldError,
  type FieldPath,
  invalid,
  required,
  tooLong,
  tooMany,
} from '../../apimachinery/field-error.ts';
import { nonNegative } from '../validation/values.ts';
import { countIndexes, IndexRangeError } from './index-ranges.ts';
import { maxSucceededIndexesLength, maxSuccessPolicyRules } from './job-limits.ts';

export function validateSuccessPolicy(spec: IJobSpec, path: FieldPath): FieldError[] {
  if (spec.completionMode !== 'Indexed') {
    return [invalid(path, spec.successPolicy, 'requires indexed completion mode')];
  }
  const rules = spec.successPolicy?.rules ?? [];
  const rulesPath = path.child('rules');
  const errors: FieldError[] = [];
  if (rules.length === 0) {
    const detail = 'at least one rules must be specified when the successPolicy is specified';
    errors.push(required(rulesPath, detail));
  }
  if (rules.length > maxSuccessPolicyRules) {
    errors.push(tooMany(rulesPath, rules.length, maxSuccessPolicyRules));
  }
  const completions = spec.completions ?? 0;
  return [...errors, ...rules.flatMap((rule, i) => validateRule(rule, completions, rulesPath.index(i)))];
}

function validateRule(
  { succeededCount, succeededIndexes }: ISuccessPolicyRule,
  completions: number,
  path: FieldPath,
): FieldError[] {
  if (succeededCount === undefined && succeededIndexes === undefined) {
    return [required(path, 'at least one of succeededCount or succeededIndexes must be specified')];
  }
  const errors: FieldError[] = [];
  let indexes = 0;
  if (succeededIndexes !== undefined) {
    const indexesPath = path.child('succeededIndexes');
    if (succeededIndexes.length > maxSucceededIndexesLength) {
      errors.push(tooLong(indexesPath, maxSucceededIndexesLength));
    }
    try {
      indexes = countIndexes(succeededIndexes, completions);
    } catch (error) {
      if (!(error instanceof IndexRangeError)) throw error;
      const detail = `error parsing succeededIndexes: ${error.message}`;
      errors.push(invalid(indexesPath, succeededIndexes, detail));
    }
  }
  if (succeededCount === undefined) return errors;
  const countPath = path.child('succeededCount');
  const limit = (max: number, what: string) => {
    if (succeededCount <= max) return;
    errors.push(invalid(countPath, succeededCount, `must be less than or equal to ${max} (${what})`));
  };
  errors.push(...nonNegative(succeededCount, countPath));
  limit(completions, 'the number of specified completions');
  if (succeededIndexes !== undefined) {
    limit(indexes, 'the number of indexes in the specified succeededIndexes field');
  }
  return errors;
}
