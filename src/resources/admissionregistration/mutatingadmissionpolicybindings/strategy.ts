import type { Strategy } from '../../../scheme/definition.ts';
import { specChanged } from '../../generation.ts';
import { staticSuffixWarnings } from '../static-suffix.ts';
import { validateMutatingPolicyBinding } from './validation.ts';

export const strategy: Strategy = {
  metadataRules: 'anyFinalizer',
  bumpsGeneration: specChanged,
  allowUnconditionalUpdate: false,
  validate: validateMutatingPolicyBinding,
  validateUpdate: validateMutatingPolicyBinding,
  warnings: staticSuffixWarnings,
};
