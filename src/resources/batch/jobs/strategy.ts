import type { Strategy } from '../../../scheme/definition.ts';
import { specChanged } from '../../generation.ts';

export const strategy: Strategy = {
  bumpsGeneration: specChanged,
  defaultPropagation: 'Orphan',
  resetFields: ['status'],
};

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = { resetFields: ['spec'] };
