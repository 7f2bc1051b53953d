import type { Strategy } from '../../../scheme/definition.ts';
import { specChanged } from '../../generation.ts';
import { validateFlowControlStatus } from '../conditions.ts';
import { validateFlowSchema } from './validation.ts';

export const strategy: Strategy = {
  bumpsGeneration: specChanged,
  validate: validateFlowSchema,
  validateUpdate: validateFlowSchema,
  resetFields: ['status'],
};

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = {
  validateUpdate: validateFlowControlStatus,
  resetFields: ['metadata', 'spec'],
};
