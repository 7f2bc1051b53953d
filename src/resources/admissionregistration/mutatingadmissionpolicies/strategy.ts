import type { Strategy } from '../../../scheme/definition.ts';
import { specChanged } from '../../generation.ts';

export const strategy: Strategy = {
  bumpsGeneration: specChanged,
  allowUnconditionalUpdate: false,
};
