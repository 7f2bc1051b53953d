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
import { hasCondition, isFinished, isResuming } from './conditions.ts';
import { validateIndexes } from './index-validation.ts';
import type { StatusChange } from './status-change.ts';

const path = FieldPath.of('status');
const conditionsPath = path.child('conditions');
const timePath = path.child('completionTime');
const counters = ['active', 'succeeded', 'failed', 'ready', 'terminating'];
const terminalConditions = ['Failed', 'Complete', 'FailureTarget'];

/**
 * Checks a status written by a job controller. Most rules speak up only when a field they look at has changed, so that a
 * status that was bad before does not block what makes it better (KEP-4368).
 */
export function validateJobStatusUpdate(object: KubeObject, oldObject: KubeObject): FieldError[] {
  const change: StatusChange = {
    spec: readStruct<IJobSpec>(object, 'spec'),
    status: readStruct<IJobStatus>(object, 'status'),
    old: readStruct<IJobStatus>(oldObject, 'status'),
  };
  return [
    ...nonNegativeFields(change.status, counters, path),
    ...validateUncountedPods(change.status),
    ...validateOutcome(change),
    ...validateCompletionTime(change),
    ...validateReasonedEnd(change),
    ...validateFinished(change),
    ...validateIndexes(change, path),
    ...validateRunningPods(change),
    ...validateSuccessCriteria(change),
    ...validateProgress(change),
    ...validateTimesKept(change),
    ...validateSuccessKept(change),
  ];
}

type Finding = readonly [found: boolean, detail: string];

const onConditions = (findings: readonly Finding[]): FieldError[] =>
  findings.filter(([found]) => found).map(([, detail]) => invalidWithoutValue(conditionsPath, detail));

const changed = ({ status, old }: StatusChange, type: string): boolean =>
  hasCondition(status, type) !== hasCondition(old, type);

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

/** A job ends one way. */
function validateOutcome(change: StatusChange): FieldError[] {
  const complete = hasCondition(change.status, 'Complete');
  const clashes = (type: string) =>
    complete && hasCondition(change.status, type) && (changed(change, 'Complete') || changed(change, type));
  return onConditions([
    [clashes('Failed'), 'cannot set Complete=True and Failed=true conditions'],
    [clashes('FailureTarget'), 'cannot set Complete=True and FailureTarget=true conditions'],
  ]);
}

function validateCompletionTime(change: StatusChange): FieldError[] {
  const { status, old } = change;
  const { startTime, completionTime } = status;
  const errors: FieldError[] = [];
  const complete = hasCondition(status, 'Complete');
  const timeChanged = completionTime !== old.completionTime;
  if (changed(change, 'Complete') || timeChanged) {
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
      errors.push(invalid(timePath, completionTime, 'must be equal to or after `startTime`'));
    }
  }
  return errors;
}

/** Before a job ends, a condition says that it is going to, and why. */
function validateReasonedEnd(change: StatusChange): FieldError[] {
  const { status, old } = change;
  const failedChanged = changed(change, 'Failed') || status.failedIndexes !== old.failedIndexes;
  const completeChanged = changed(change, 'Complete') || changed(change, 'SuccessCriteriaMet');
  return onConditions([
    [
      failedChanged && hasCondition(status, 'Failed') && !hasCondition(status, 'FailureTarget'),
      'cannot set Failed=True condition without the FailureTarget=true condition',
    ],
    [
      completeChanged && hasCondition(status, 'Complete') && !hasCondition(status, 'SuccessCriteriaMet'),
      'cannot set Complete=True condition without the SuccessCriteriaMet=true condition',
    ],
  ]);
}

function validateFinished({ spec, status, old }: StatusChange): FieldError[] {
  if (!isFinished(status)) return [];
  const errors: FieldError[] = [];
  const justFinished = !isFinished(old);
  const { active = 0, startTime, uncountedTerminatedPods } = status;
  if (active > 0 && (justFinished || active !== (old.active ?? 0))) {
    errors.push(invalid(path.child('active'), active, 'active>0 is invalid for finished job'));
  }
  const neverStarts = spec.suspend === true && spec.completions === 0;
  if (startTime === undefined && (justFinished || old.startTime !== undefined) && !neverStarts) {
    errors.push(required(path.child('startTime'), 'startTime is required for finished job'));
  }
  const { succeeded = [], failed = [] } = uncountedTerminatedPods ?? {};
  const podsChanged = !jsonEqual(uncountedTerminatedPods, old.uncountedTerminatedPods);
  if (succeeded.length + failed.length > 0 && (justFinished || podsChanged)) {
    const podsPath = path.child('uncountedTerminatedPods');
    errors.push(invalid(podsPath, uncountedTerminatedPods, 'must be empty for finished job'));
  }
  return errors;
}

function validateRunningPods({ status, old }: StatusChange): FieldError[] {
  const { active = 0, ready = 0, terminating = 0 } = status;
  const errors: FieldError[] = [];
  const terminatingCounts = isFinished(status) !== isFinished(old) || terminating !== old.terminating;
  if (isFinished(status) && terminating > 0 && terminatingCounts) {
    errors.push(invalid(path.child('terminating'), terminating, 'terminating>0 is invalid for finished job'));
  }
  const readyCounts = status.ready !== old.ready || active !== (old.active ?? 0);
  if (ready > active && readyCounts) {
    errors.push(invalid(path.child('ready'), ready, 'cannot set more ready pods than active'));
  }
  return errors;
}

function validateSuccessCriteria({ spec, status }: StatusChange): FieldError[] {
  const met = hasCondition(status, 'SuccessCriteriaMet');
  return onConditions([
    [met && hasCondition(status, 'Failed'), 'cannot set SuccessCriteriaMet=True and Failed=true conditions'],
    [
      met && hasCondition(status, 'FailureTarget'),
      'cannot set SuccessCriteriaMet=True and FailureTarget=true conditions',
    ],
    [
      spec.successPolicy !== undefined && !met && hasCondition(status, 'Complete'),
      'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True',
    ],
  ]);
}

/** What has been reached may not be taken back. */
function validateProgress({ spec, status, old }: StatusChange): FieldError[] {
  const errors = onConditions(
    terminalConditions.map((type) => [
      hasCondition(old, type) && !hasCondition(status, type),
      `cannot disable the terminal ${type}=True condition`,
    ]),
  );
  const { failed = 0, succeeded = 0 } = status;
  if (failed < (old.failed ?? 0)) {
    errors.push(invalid(path.child('failed'), failed, 'cannot decrease the failed counter'));
  }
  const elastic = spec.completionMode === 'Indexed' && spec.completions === spec.parallelism;
  if (!elastic && succeeded < (old.succeeded ?? 0)) {
    errors.push(invalid(path.child('succeeded'), succeeded, 'cannot decrease the succeeded counter'));
  }
  return errors;
}

function validateTimesKept({ spec, status, old }: StatusChange): FieldError[] {
  const { startTime, completionTime } = status;
  const errors: FieldError[] = [];
  if (completionTime && old.completionTime && completionTime !== old.completionTime) {
    errors.push(invalid(timePath, completionTime, 'field is immutable'));
  }
  const moved = old.startTime !== undefined && old.startTime !== startTime;
  if (moved && !spec.suspend && !isResuming(status, old)) {
    const detail = 'field is immutable for unsuspended job once set';
    errors.push(invalid(path.child('startTime'), startTime ?? null, detail));
  }
  return errors;
}

function validateSuccessKept({ status, old }: StatusChange): FieldError[] {
  const met = hasCondition(status, 'SuccessCriteriaMet');
  const wasMet = hasCondition(old, 'SuccessCriteriaMet');
  return onConditions([
    [wasMet && !met, 'cannot disable the SuccessCriteriaMet=True condition'],
    [
      hasCondition(old, 'Complete') && !wasMet && met,
      'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions',
    ],
  ]);
}
