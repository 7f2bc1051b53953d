import type { Strategy } from '../../../scheme/definition.ts';
import { validateCSINode, validateCSINodeUpdate } from './validation.ts';

export const strategy: Strategy = {
  validate: validateCSINode,
  validateUpdate: validateCSINodeUpdate,
  allowUnconditionalUpdate: false,
  deleteReturnsObject: true,
};
