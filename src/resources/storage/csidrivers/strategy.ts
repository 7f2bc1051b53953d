import type { Strategy } from '../../../scheme/definition.ts';
import { validateCSIDriver, validateCSIDriverUpdate } from './validation.ts';

export const strategy: Strategy = {
  validate: validateCSIDriver,
  validateUpdate: validateCSIDriverUpdate,
  allowUnconditionalUpdate: false,
  deleteReturnsObject: true,
};
