import type { IJobSpec, IJobStatus } from 'kubernetes-models/batch/v1';
import { parseTime } from '../../../apimachinery/clock.ts';
import {
  duplicate,
  type FieldError,
  FieldPath,
  invalid,
  required,
} from '../../../apimachinery/field-error.ts';
import { jsonEqual, type KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { invalidWithoutValue, nonNegativeFields } from '../../validation/values.ts';
import { countIndexes, IndexRangeError, overlap } from '../index-ranges.ts';
import { hasCondition, isFinished } from './conditions.ts';

const path = FieldPath.of('status');
const conditionsPath = path.child('conditions');
const counters = ['active', 'succeeded', 'failed', 'ready', 'terminating'];
const terminalConditions = ['Failed', 'Complete', 'FailureTarget'];

interface Change {
  readonly spec: IJobSpec;
  readonly status: IJobStatus;
  readonly old: IJobStatus;
}

/**
 * Checks a status written by a job controller. A rule speaks up only when a field it looks at has changed, so that a
 * status that was bad before does not block what makes it better (KEP-4368).
 */
export function validateJobStatusUpdate(object: KubeObject, oldObject: KubeObject): FieldError[] {
  const change: Change = {
    spec: readStruct<IJobSpec>(object, 'spec'),
    status: readStruct<IJobStatus>(object, 'status'),
    old: readStruct<IJobStatus>(oldObject, 'status'),
  };
  return [
    ...nonNegativeFields(change.status, counters, path),
    ...validateUncountedPods(change.status),
    ...validateCompletion(change),
    ...validateFinished(change),
    ...validateIndexes(change),
    ...validateSuccessCriteria(change),
    ...validateProgress(change),
  ];
}

function validateUncountedPods({ uncountedTerminatedPods }: IJobStatus): FieldError[] {
  const seen = new Set<string>();
  const errors: FieldError[] = [];
  for (const list of ['succeeded', 'failed'] as const) {
    for (const [i, uid] of (uncountedTerminatedPods?.[list] ?? []).entries()) {
      const uidPath = path.child('uncountedTerminatedPods', list).index(i);
      if (uid === '') errors.push(invalid(uidPath, uid, 'must not be empty'));
      else if (seen.has(uid)) errors.push(duplicate(uidPath, uid));
      seen.add(uid);
    }
  }
  return errors;
}

function validateCompletion({ status, old }: Change): FieldError[] {
  const errors: FieldError[] = [];
  const { startTime, completionTime } = status;
  const timePath = path.child('completionTime');
  const complete = hasCondition(status, 'Complete');
  const changed = (type: string) => hasCondition(status, type) !== hasCondition(old, type);
  const timeChanged = completionTime !== old.completionTime;
  if (complete && hasCondition(status, 'Failed') && (changed('Complete') || changed('Failed'))) {
    errors.push(invalidWithoutValue(conditionsPath, 'cannot set Complete=True and Failed=true conditions'));
  }
  if (
    complete &&
    hasCondition(status, 'FailureTarget') &&
    (changed('Complete') || changed('FailureTarget'))
  ) {
    const detail = 'cannot set Complete=True and FailureTarget=true conditions';
    errors.push(invalidWithoutValue(conditionsPath, detail));
  }
  if (changed('Complete') || timeChanged) {
    if (completionTime !== undefined && !complete) {
      const detail = 'cannot set completionTime when there is no Complete=True condition';
      errors.push(invalid(timePath, completionTime, detail));
    }
    if (completionTime === undefined && complete) {
      errors.push(required(timePath, 'completionTime is required for Complete jobs'));
    }
  }
  if (startTime && completionTime && (timeChanged || startTime !== old.startTime)) {
    if (parseTime(completionTime) < parseTime(startTime)) {
      errors.push(invalid(timePath, completionTime, 'completionTime cannot be set before startTime'));
    }
  }
  if (completionTime && old.completionTime && timeChanged) {
    errors.push(invalid(timePath, completionTime, 'completionTime cannot be mutated'));
  }
  return errors;
}

function validateFinished({ status, old }: Change): FieldError[] {
  if (!isFinished(status)) return [];
  const errors: FieldError[] = [];
  const justFinished = !isFinished(old);
  const { active = 0, startTime, uncountedTerminatedPods } = status;
  if (active > 0 && (justFinished || active !== (old.active ?? 0))) {
    errors.push(invalid(path.child('active'), active, 'active>0 is invalid for finished job'));
  }
  if (startTime === undefined && (justFinished || startTime !== old.startTime)) {
    errors.push(required(path.child('startTime'), 'startTime is required for finished job'));
  }
  const { succeeded = [], failed = [] } = uncountedTerminatedPods ?? {};
  const podsChanged = !jsonEqual(uncountedTerminatedPods, old.uncountedTerminatedPods);
  if (succeeded.length + failed.length > 0 && (justFinished || podsChanged)) {
    const detail = 'uncountedTerminatedPods needs to be empty for finished job';
    errors.push(invalid(path.child('uncountedTerminatedPods'), uncountedTerminatedPods, detail));
  }
  return errors;
}

function validateIndexes({ spec, status, old }: Change): FieldError[] {
  const { completions, completionMode, backoffLimitPerIndex } = spec;
  const { completedIndexes = '', failedIndexes } = status;
  const completedChanged = completedIndexes !== (old.completedIndexes ?? '');
  const failedChanged = failedIndexes !== old.failedIndexes;
  const completedPath = path.child('completedIndexes');
  const failedPath = path.child('failedIndexes');
  const errors: FieldError[] = [];
  if (completedChanged && completions !== undefined) {
    errors.push(...validateIndexText(completedIndexes, completions, 'completedIndexes'));
  }
  if (failedChanged && failedIndexes !== undefined) {
    if (completions !== undefined && backoffLimitPerIndex !== undefined) {
      errors.push(...validateIndexText(failedIndexes, completions, 'failedIndexes'));
    }
    if (backoffLimitPerIndex === undefined) {
      const detail = 'cannot set non-null failedIndexes when backoffLimitPerIndex is null';
      errors.push(invalid(failedPath, failedIndexes, detail));
    }
  }
  if (completedChanged && completedIndexes !== '' && completionMode !== 'Indexed') {
    const detail = 'cannot set non-empty completedIndexes when non-indexed completion mode';
    errors.push(invalid(completedPath, completedIndexes, detail));
  }
  if ((failedChanged || completedChanged) && completions !== undefined && failedIndexes !== undefined) {
    const shared = overlap(completedIndexes, failedIndexes, completions);
    if (shared !== undefined) {
      const detail = `failedIndexes and completedIndexes overlap at index: ${shared}`;
      errors.push(invalid(failedPath, failedIndexes, detail));
    }
  }
  return errors;
}

function validateIndexText(text: string, completions: number, field: string): FieldError[] {
  try {
    countIndexes(text, completions);
    return [];
  } catch (error) {
    if (!(error instanceof IndexRangeError)) throw error;
    return [invalid(path.child(field), text, `error parsing ${field}: ${error.message}`)];
  }
}

function validateSuccessCriteria({ spec, status, old }: Change): FieldError[] {
  const met = hasCondition(status, 'SuccessCriteriaMet');
  const findings: readonly [boolean, string][] = [
    [met && hasCondition(status, 'Failed'), 'cannot set SuccessCriteriaMet=True and Failed=true conditions'],
    [
      met && hasCondition(status, 'FailureTarget'),
      'cannot set SuccessCriteriaMet=True and FailureTarget=true conditions',
    ],
    [
      spec.successPolicy !== undefined && !met && hasCondition(status, 'Complete'),
      'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True',
    ],
    [hasCondition(old, 'SuccessCriteriaMet') && !met, 'cannot disable the SuccessCriteriaMet=True condition'],
    [
      hasCondition(old, 'Complete') && !hasCondition(old, 'SuccessCriteriaMet') && met,
      'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions',
    ],
  ];
  return findings.filter(([found]) => found).map(([, detail]) => invalidWithoutValue(conditionsPath, detail));
}

/** What has been reached may not be taken back. */
function validateProgress({ spec, status, old }: Change): FieldError[] {
  const errors = terminalConditions
    .filter((type) => hasCondition(old, type) && !hasCondition(status, type))
    .map((type) => invalidWithoutValue(conditionsPath, `cannot disable the terminal ${type}=True condition`));
  const { failed = 0, succeeded = 0 } = status;
  if (failed < (old.failed ?? 0)) {
    errors.push(invalid(path.child('failed'), failed, 'cannot decrease the failed counter'));
  }
  const elastic = spec.completionMode === 'Indexed' && spec.completions === spec.parallelism;
  if (!elastic && succeeded < (old.succeeded ?? 0)) {
    errors.push(invalid(path.child('succeeded'), succeeded, 'cannot decrease the succeeded counter'));
  }
  if (old.startTime !== undefined && old.startTime !== status.startTime && !spec.suspend) {
    errors.push(required(path.child('startTime'), 'startTime cannot be removed for unsuspended job'));
  }
  return errors;
}
