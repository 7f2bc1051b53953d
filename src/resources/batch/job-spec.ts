import type { IJobSpec } from 'kubernetes-models/batch/v1';
import {
  type FieldError,
  type FieldPath,
  invalid,
  notSupported,
  required,
  tooLong,
} from '../../apimachinery/field-error.ts';
import { isDomainPrefixedPath } from '../../apimachinery/qualified-names.ts';
import { validatePodTemplateSpec } from '../validation/pod-spec.ts';
import { nonNegativeFields } from '../validation/values.ts';
import { validateFailurePolicy } from './failure-policy.ts';
import {
  manyCompletions,
  maxFailedIndexesWithManyCompletions,
  maxIndexedFailedIndexes,
  maxIndexedParallelism,
  maxManagedByLength,
  maxParallelismWithManyCompletions,
} from './job-limits.ts';
import { validateSuccessPolicy } from './success-policy.ts';

const counts = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
];
const completionModes = ['NonIndexed', 'Indexed'];

/** What holds for a Job's spec and for the one inside a CronJob: everything but the selector. */
export function validateJobTemplate(spec: IJobSpec, path: FieldPath): FieldError[] {
  return [
    ...nonNegativeFields(spec, counts, path),
    ...validateManagement(spec, path),
    ...validateCompletionMode(spec, path),
    ...(spec.podFailurePolicy ? validateFailurePolicy(spec, path.child('podFailurePolicy')) : []),
    ...(spec.successPolicy ? validateSuccessPolicy(spec, path.child('successPolicy')) : []),
    ...validateReplacementPolicy(spec, path.child('podReplacementPolicy')),
    ...validatePodTemplateSpec(spec.template ?? {}, path.child('template')),
    ...validateRestartPolicy(spec, path.child('template', 'spec', 'restartPolicy')),
  ];
}

function validateManagement(spec: IJobSpec, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const { maxFailedIndexes, backoffLimitPerIndex, managedBy } = spec;
  if (maxFailedIndexes !== undefined && backoffLimitPerIndex === undefined) {
    errors.push(required(path.child('backoffLimitPerIndex'), 'when maxFailedIndexes is specified'));
  }
  if (managedBy === undefined) return errors;
  const managedByPath = path.child('managedBy');
  errors.push(...isDomainPrefixedPath(managedByPath, managedBy));
  if (managedBy.length > maxManagedByLength) errors.push(tooLong(managedByPath, maxManagedByLength));
  return errors;
}

function validateCompletionMode(spec: IJobSpec, path: FieldPath): FieldError[] {
  const mode = spec.completionMode ?? 'NonIndexed';
  if (mode === 'Indexed') return validateIndexed(spec, path);
  if (mode !== 'NonIndexed') return [notSupported(path.child('completionMode'), mode, completionModes)];
  return (['backoffLimitPerIndex', 'maxFailedIndexes'] as const)
    .filter((name) => spec[name] !== undefined)
    .map((name) => invalid(path.child(name), spec[name], 'requires indexed completion mode'));
}

function validateIndexed(spec: IJobSpec, path: FieldPath): FieldError[] {
  const { completions, maxFailedIndexes, backoffLimitPerIndex } = spec;
  const errors: FieldError[] = [];
  const limit = (name: 'parallelism' | 'maxFailedIndexes', max: number, detail: string) => {
    const value = spec[name] ?? 0;
    if (value > max) errors.push(invalid(path.child(name), value, detail));
  };
  if (completions === undefined) {
    errors.push(required(path.child('completions'), 'when completion mode is Indexed'));
  }
  limit(
    'parallelism',
    maxIndexedParallelism,
    `must be less than or equal to ${maxIndexedParallelism} when completion mode is Indexed`,
  );
  if (completions !== undefined) {
    limit('maxFailedIndexes', completions, 'must be less than or equal to completions');
  }
  limit(
    'maxFailedIndexes',
    maxIndexedFailedIndexes,
    `must be less than or equal to ${maxIndexedFailedIndexes}`,
  );
  if ((completions ?? 0) <= manyCompletions || backoffLimitPerIndex === undefined) return errors;

  if (maxFailedIndexes === undefined) {
    const detail = `must be specified when completions is above ${manyCompletions}`;
    errors.push(required(path.child('maxFailedIndexes'), detail));
  }
  const manyDetail = (max: number) =>
    `must be less than or equal to ${max} when completions are above ${manyCompletions} and used with backoff limit per index`;
  limit('parallelism', maxParallelismWithManyCompletions, manyDetail(maxParallelismWithManyCompletions));
  limit(
    'maxFailedIndexes',
    maxFailedIndexesWithManyCompletions,
    manyDetail(maxFailedIndexesWithManyCompletions),
  );
  return errors;
}

/** A failure policy must see pods fail before they are replaced. */
function validateReplacementPolicy(spec: IJobSpec, path: FieldPath): FieldError[] {
  const policy = spec.podReplacementPolicy;
  if (policy === undefined) return [];
  const supported = spec.podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  return supported.includes(policy) ? [] : [notSupported(path, policy, supported)];
}

/** `Always` is what a template gets by default, so it counts as not given. */
function validateRestartPolicy(spec: IJobSpec, path: FieldPath): FieldError[] {
  const policy: string = spec.template?.spec?.restartPolicy ?? '';
  if (policy === '' || policy === 'Always') {
    return [required(path, 'valid values: "OnFailure", "Never"')];
  }
  if (policy !== 'OnFailure' && policy !== 'Never') {
    return [notSupported(path, policy, ['OnFailure', 'Never'])];
  }
  return spec.podFailurePolicy && policy !== 'Never'
    ? [invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified')]
    : [];
}
