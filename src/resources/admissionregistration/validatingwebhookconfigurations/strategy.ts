import type { Strategy } from '../../../scheme/definition.ts';
import { webhooksChanged } from '../../generation.ts';

export const strategy: Strategy = {
  bumpsGeneration: webhooksChanged,
  allowUnconditionalUpdate: false,
};
