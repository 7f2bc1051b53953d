import { jsonEqual } from '../../../apimachinery/object.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { withoutDisabledPodFields } from '../../disabled-pod-fields.ts';
import { specChanged } from '../../generation.ts';
import { workloadWarnings } from '../../warnings/workload.ts';
import {
  validateDeployment,
  validateDeploymentStatusUpdate,
  validateDeploymentUpdate,
} from './validation.ts';

export const strategy: Strategy = withoutDisabledPodFields('apps/deployments', {
  // Annotations count because the controller copies them to its ReplicaSets.
  bumpsGeneration: (object, old) =>
    specChanged(object, old) || !jsonEqual(object.metadata.annotations ?? {}, old.metadata.annotations ?? {}),
  validate: validateDeployment,
  validateUpdate: validateDeploymentUpdate,
  warnings: workloadWarnings,
  resetFields: ['status'],
});

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = {
  validateUpdate: validateDeploymentStatusUpdate,
  resetFields: ['spec', 'metadata.labels'],
};
