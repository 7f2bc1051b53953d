import type { Strategy } from '../../../scheme/definition.ts';
import { withoutDisabledPodFields } from '../../disabled-pod-fields.ts';
import { specChanged } from '../../generation.ts';
import { templateWarnings } from '../../warnings/workload.ts';
import {
  advanceTemplateGeneration,
  keepTemplateGeneration,
  startTemplateGeneration,
  templateChanged,
} from './template-generation.ts';
import { validateDaemonSet, validateDaemonSetStatusUpdate, validateDaemonSetUpdate } from './validation.ts';

export const strategy: Strategy = withoutDisabledPodFields('apps/daemonsets', {
  prepareForCreate: startTemplateGeneration,
  prepareForUpdate: advanceTemplateGeneration,
  bumpsGeneration: specChanged,
  validate: validateDaemonSet,
  validateUpdate: validateDaemonSetUpdate,
  warnings: (object, old) => (!old || templateChanged(object, old) ? templateWarnings(object) : []),
  resetFields: ['status'],
});

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = {
  prepareForUpdate: keepTemplateGeneration,
  validateUpdate: validateDaemonSetStatusUpdate,
  resetFields: ['spec'],
};
