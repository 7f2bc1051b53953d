import type { IJobSpec } from 'kubernetes-models/batch/v1';
import { structIn } from '../struct-fields.ts';
import { defaultPodTemplate } from '../validation/pods-defaults.ts';

/** The defaults that a job spec has also inside a CronJob. */
export function defaultTemplateAndPolicy(spec: IJobSpec): void {
  defaultPodTemplate(structIn(spec, 'template'));
  for (const { onPodConditions } of spec.podFailurePolicy?.rules ?? []) {
    for (const pattern of onPodConditions ?? []) pattern.status ||= 'True';
  }
}
