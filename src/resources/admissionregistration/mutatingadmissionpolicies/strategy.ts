import type { Strategy } from '../../../scheme/definition.ts';
import { specChanged } from '../../generation.ts';
import { staticSuffixWarnings } from '../static-suffix.ts';
import { validateMutatingPolicy } from './validation.ts';

export const strategy: Strategy = {
  metadataRules: 'anyFinalizer',
  bumpsGeneration: specChanged,
  allowUnconditionalUpdate: false,
  validate: validateMutatingPolicy,
  validateUpdate: validateMutatingPolicy,
  warnings: staticSuffixWarnings,
};
