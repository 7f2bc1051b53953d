import { nameIsDNSLabel } from '../../../apimachinery/names.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { validatePodGroup, validatePodGroupStatusUpdate, validatePodGroupUpdate } from './validation.ts';

export const strategy: Strategy = {
  validateName: nameIsDNSLabel,
  validate: validatePodGroup,
  validateUpdate: validatePodGroupUpdate,
  resetFields: ['status'],
};

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = {
  validateUpdate: validatePodGroupStatusUpdate,
  resetFields: ['metadata', 'spec'],
};
