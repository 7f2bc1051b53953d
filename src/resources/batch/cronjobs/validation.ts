import type { ICronJobSpec, IJobSpec, IJobTemplateSpec } from 'kubernetes-models/batch/v1';
import {
  type FieldError,
  FieldPath,
  invalid,
  notSupported,
  required,
} from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { nonNegativeFields } from '../../validation/values.ts';
import { validateJobTemplate } from '../job-spec.ts';
import { scheduleError } from './schedule.ts';
import { validateTimeZone } from './time-zone.ts';

const specPath = FieldPath.of('spec');
/** The jobs made from it are named after it, with 11 more characters. */
const maxNameLength = 52;
const concurrencyPolicies = ['Allow', 'Forbid', 'Replace'];

export function validateCronJob(object: KubeObject): FieldError[] {
  const { name = '' } = object.metadata;
  const errors = validateSpec(readStruct<ICronJobSpec>(object, 'spec'));
  if (name.length > maxNameLength) {
    const detail = `must be no more than ${maxNameLength} characters`;
    errors.push(invalid(FieldPath.of('metadata', 'name'), name, detail));
  }
  return errors;
}

export const validateCronJobUpdate = (object: KubeObject, old: KubeObject): FieldError[] =>
  validateSpec(readStruct<ICronJobSpec>(object, 'spec'), readStruct<ICronJobSpec>(old, 'spec'));

function validateSpec(spec: ICronJobSpec, old?: ICronJobSpec): FieldError[] {
  const zoneChanged = spec.timeZone !== undefined && spec.timeZone !== old?.timeZone;
  return [
    ...validateSchedule(spec, old),
    ...nonNegativeFields(spec, ['startingDeadlineSeconds'], specPath),
    ...(zoneChanged ? validateTimeZone(spec.timeZone!, specPath.child('timeZone')) : []),
    ...validateConcurrencyPolicy(spec.concurrencyPolicy ?? '', specPath.child('concurrencyPolicy')),
    ...validateTemplate(readStruct<IJobTemplateSpec>(spec, 'jobTemplate')),
    ...nonNegativeFields(spec, ['successfulJobsHistoryLimit', 'failedJobsHistoryLimit'], specPath),
  ];
}

/** A zone in the schedule is a leftover: it stays allowed where it already was. */
function validateSchedule({ schedule = '', timeZone }: ICronJobSpec, old?: ICronJobSpec): FieldError[] {
  const path = specPath.child('schedule');
  if (schedule === '') return [required(path)];
  const errors: FieldError[] = [];
  const syntaxError = scheduleError(schedule);
  if (syntaxError !== undefined) errors.push(invalid(path, schedule, syntaxError));
  if (!schedule.includes('TZ')) return errors;
  if (!old?.schedule?.includes('TZ')) {
    const detail = 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead';
    errors.push(invalid(path, schedule, detail));
  } else if (timeZone !== undefined) {
    const detail = 'cannot use both timeZone field and TZ or CRON_TZ in schedule';
    errors.push(invalid(path, schedule, detail));
  }
  return errors;
}

function validateConcurrencyPolicy(policy: string, path: FieldPath): FieldError[] {
  if (policy === '') return [required(path)];
  return concurrencyPolicies.includes(policy) ? [] : [notSupported(path, policy, concurrencyPolicies)];
}

/** Every job made from the template gets a selector of its own. */
function validateTemplate(jobTemplate: IJobTemplateSpec): FieldError[] {
  const path = specPath.child('jobTemplate', 'spec');
  const spec = readStruct<IJobSpec>(jobTemplate, 'spec');
  const errors = validateJobTemplate(spec, path);
  if (spec.selector) {
    errors.push(invalid(path.child('selector'), spec.selector, '`selector` will be auto-generated'));
  }
  if (spec.manualSelector) {
    errors.push(notSupported(path.child('manualSelector'), spec.manualSelector, ['nil', 'false']));
  }
  return errors;
}
