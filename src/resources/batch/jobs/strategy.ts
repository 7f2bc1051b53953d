import type { IJobSpec } from 'kubernetes-models/batch/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { specChanged } from '../../generation.ts';
import { nameWarnings } from '../../name-warning.ts';
import { readStruct } from '../../struct-fields.ts';
import { jobSpecWarnings } from '../job-warnings.ts';
import { generateSelector } from './selector.ts';
import { validateJobStatusUpdate } from './status-validation.ts';
import { validateJob, validateJobUpdate } from './validation.ts';

function warnings(object: KubeObject, old: KubeObject | undefined): string[] {
  const specWarnings = () => jobSpecWarnings(readStruct<IJobSpec>(object, 'spec'), 'spec');
  if (!old) return [...nameWarnings(object.metadata.name), ...specWarnings()];
  return specChanged(object, old) ? specWarnings() : [];
}

export const strategy: Strategy = {
  prepareForCreate: generateSelector,
  bumpsGeneration: specChanged,
  validate: validateJob,
  validateUpdate: validateJobUpdate,
  warnings,
  defaultPropagation: 'Orphan',
  resetFields: ['status'],
};

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = {
  validateUpdate: validateJobStatusUpdate,
  resetFields: ['spec'],
};
