import type { Strategy } from '../../../scheme/definition.ts';
import { withoutDisabledPodFields } from '../../disabled-pod-fields.ts';
import { specChanged } from '../../generation.ts';
import { workloadWarnings } from '../../warnings/workload.ts';
import { validateReplicationController, validateReplicationControllerStatus } from './validation.ts';

export const strategy: Strategy = withoutDisabledPodFields('/replicationcontrollers', {
  metadataRules: 'generatedName',
  bumpsGeneration: specChanged,
  validate: validateReplicationController,
  validateUpdate: validateReplicationController,
  warnings: workloadWarnings,
  defaultPropagation: 'Orphan',
  resetFields: ['status'],
});

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = {
  validateUpdate: validateReplicationControllerStatus,
  resetFields: ['spec'],
};
