import { isDNS1123Label } from '../../../apimachinery/names.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { specChanged } from '../../generation.ts';

export const strategy: Strategy = {
  bumpsGeneration: specChanged,
  validateName: isDNS1123Label,
  resetFields: ['status'],
};

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = { resetFields: ['spec'] };
