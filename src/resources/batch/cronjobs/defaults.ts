import type { ICronJobSpec } from 'kubernetes-models/batch/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { structIn } from '../../struct-fields.ts';
import { defaultTemplateAndPolicy } from '../job-defaults.ts';

const defaultSuccessfulJobsHistoryLimit = 3;
const defaultFailedJobsHistoryLimit = 1;

export function defaults(object: KubeObject): void {
  const spec = structIn<ICronJobSpec>(object, 'spec');
  defaultTemplateAndPolicy(structIn(structIn(spec, 'jobTemplate'), 'spec'));
  spec.concurrencyPolicy ||= 'Allow';
  spec.suspend ??= false;
  spec.successfulJobsHistoryLimit ??= defaultSuccessfulJobsHistoryLimit;
  spec.failedJobsHistoryLimit ??= defaultFailedJobsHistoryLimit;
}
