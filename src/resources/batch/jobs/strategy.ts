import type { IJobSpec } from 'kubernetes-models/batch/v1';
import { FieldPath } from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { withoutDisabledPodFields } from '../../disabled-pod-fields.ts';
import { specChanged } from '../../generation.ts';
import { nameWarnings } from '../../name-warning.ts';
import { readStruct } from '../../struct-fields.ts';
import { desiredStateMoved } from '../../warnings/workload.ts';
import { jobSpecWarnings } from '../job-warnings.ts';
import { generateSelector } from './selector.ts';
import { validateJobStatusUpdate } from './status-validation.ts';
import { validateJob, validateJobUpdate } from './validation.ts';

function warnings(object: KubeObject, old: KubeObject | undefined): string[] {
  const found = old ? [] : nameWarnings(object.metadata.name);
  if (desiredStateMoved(object, old)) {
    found.push(...jobSpecWarnings(readStruct<IJobSpec>(object, 'spec'), FieldPath.of('spec')));
  }
  return found;
}

export const strategy: Strategy = withoutDisabledPodFields('batch/jobs', {
  prepareForCreate: generateSelector,
  bumpsGeneration: specChanged,
  validate: validateJob,
  validateUpdate: validateJobUpdate,
  warnings,
  defaultPropagation: 'Orphan',
  deletionWarning:
    'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning',
  resetFields: ['status'],
});

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = {
  validateUpdate: validateJobStatusUpdate,
  resetFields: ['spec'],
};
