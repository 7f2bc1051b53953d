import type { Strategy } from '../../../scheme/definition.ts';
import { isSystemClass, validatePriorityClass, validatePriorityClassUpdate } from './validation.ts';

export const strategy: Strategy = {
  // What matters of a class cannot change, so its generation stays 1.
  bumpsGeneration: () => false,
  validate: validatePriorityClass,
  validateUpdate: validatePriorityClassUpdate,
  refusesDeletion: (name) =>
    isSystemClass(name) ? 'this is a system priority class and cannot be deleted' : undefined,
};
