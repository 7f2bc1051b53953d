import type { Strategy } from '../../../scheme/definition.ts';
import { withoutDisabledPodFields } from '../../disabled-pod-fields.ts';
import { specChanged } from '../../generation.ts';
import { workloadWarnings } from '../../warnings/workload.ts';
import {
  validateReplicaSet,
  validateReplicaSetStatusUpdate,
  validateReplicaSetUpdate,
} from './validation.ts';

export const strategy: Strategy = withoutDisabledPodFields('apps/replicasets', {
  bumpsGeneration: specChanged,
  validate: validateReplicaSet,
  validateUpdate: validateReplicaSetUpdate,
  warnings: workloadWarnings,
  resetFields: ['status'],
});

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = {
  validateUpdate: validateReplicaSetStatusUpdate,
  resetFields: ['spec'],
};
