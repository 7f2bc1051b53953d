import type { Strategy } from '../../../scheme/definition.ts';
import { validatePoolRequest, validatePoolRequestStatus, validatePoolRequestUpdate } from './validation.ts';

export const strategy: Strategy = {
  allowUnconditionalUpdate: false,
  deleteReturnsObject: true,
  validate: validatePoolRequest,
  validateUpdate: validatePoolRequestUpdate,
  resetFields: ['status'],
};

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = {
  allowUnconditionalUpdate: false,
  validateUpdate: validatePoolRequestStatus,
  resetFields: ['metadata', 'spec'],
};
