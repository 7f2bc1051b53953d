import type { Strategy } from '../../../scheme/definition.ts';
import { specChanged } from '../../generation.ts';

export const strategy: Strategy = {
  bumpsGeneration: specChanged,
  allowUnconditionalUpdate: false,
  resetFields: ['status'],
};

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = { resetFields: ['spec'] };
