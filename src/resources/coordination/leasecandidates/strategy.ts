import { isConfigMapKey } from '../../../apimachinery/names.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { validateLeaseCandidate, validateLeaseCandidateUpdate } from './validation.ts';

export const strategy: Strategy = {
  validateName: (name) => isConfigMapKey(name),
  validate: validateLeaseCandidate,
  validateUpdate: validateLeaseCandidateUpdate,
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: false,
};
