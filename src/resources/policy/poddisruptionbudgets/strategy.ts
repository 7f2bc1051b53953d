import type { Strategy } from '../../../scheme/definition.ts';
import { specChanged } from '../../generation.ts';
import { validatePodDisruptionBudget, validatePodDisruptionBudgetStatusUpdate } from './validation.ts';

export const strategy: Strategy = {
  metadataRules: 'anyName',
  bumpsGeneration: specChanged,
  validate: validatePodDisruptionBudget,
  validateUpdate: validatePodDisruptionBudget,
  allowUnconditionalUpdate: false,
  resetFields: ['status'],
};

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = {
  validateUpdate: validatePodDisruptionBudgetStatusUpdate,
  resetFields: ['spec'],
};
