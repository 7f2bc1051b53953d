import type { Strategy } from '../../../scheme/definition.ts';
import { specChanged } from '../../generation.ts';
import { validateIngressClass, validateIngressClassUpdate } from './validation.ts';

export const strategy: Strategy = {
  bumpsGeneration: specChanged,
  validate: validateIngressClass,
  validateUpdate: validateIngressClassUpdate,
};
