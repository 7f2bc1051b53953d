import type { Strategy } from '../../../scheme/definition.ts';
import { specChanged } from '../../generation.ts';
import { staticSuffixWarnings } from '../static-suffix.ts';
import { validatePolicyStatus } from './status-validation.ts';
import { validateValidatingPolicy } from './validation.ts';

export const strategy: Strategy = {
  metadataRules: 'anyFinalizer',
  bumpsGeneration: specChanged,
  allowUnconditionalUpdate: false,
  validate: validateValidatingPolicy,
  validateUpdate: validateValidatingPolicy,
  warnings: staticSuffixWarnings,
  resetFields: ['status'],
};

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = {
  allowUnconditionalUpdate: false,
  validateUpdate: validatePolicyStatus,
  resetFields: ['metadata', 'spec'],
};
