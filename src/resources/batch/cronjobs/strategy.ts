import type { ICronJobSpec } from 'kubernetes-models/batch/v1';
import { FieldPath } from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { withoutDisabledPodFields } from '../../disabled-pod-fields.ts';
import { specChanged } from '../../generation.ts';
import { nameWarnings } from '../../name-warning.ts';
import { readStruct } from '../../struct-fields.ts';
import { desiredStateMoved } from '../../warnings/workload.ts';
import { jobSpecWarnings } from '../job-warnings.ts';
import { validateCronJob, validateCronJobUpdate } from './validation.ts';

/** The path is not quite right, and so are the words of the reference server. */
const timeZoneInScheduleWarning =
  'cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details';

function warnings(object: KubeObject, old: KubeObject | undefined): string[] {
  const { jobTemplate, schedule = '' } = readStruct<ICronJobSpec>(object, 'spec');
  const found = old ? [] : nameWarnings(object.metadata.name);
  if (desiredStateMoved(object, old)) {
    const path = FieldPath.of('spec', 'jobTemplate', 'spec');
    found.push(...jobSpecWarnings(readStruct(jobTemplate, 'spec'), path));
  }
  if (old && schedule.includes('TZ')) found.push(timeZoneInScheduleWarning);
  return found;
}

export const strategy: Strategy = withoutDisabledPodFields('batch/cronjobs', {
  bumpsGeneration: specChanged,
  validate: validateCronJob,
  validateUpdate: validateCronJobUpdate,
  warnings,
  resetFields: ['status'],
});

/** `/status` writes everything but the fields it resets, and nothing in it is checked. */
export const statusStrategy: Strategy = { resetFields: ['spec'] };
