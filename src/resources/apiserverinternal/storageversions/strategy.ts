import type { Strategy } from '../../../scheme/definition.ts';
import { storageVersionNameErrors } from './names.ts';
import { validateStorageVersion } from './validation.ts';

export const strategy: Strategy = {
  validateName: storageVersionNameErrors,
  validate: validateStorageVersion,
  allowUnconditionalUpdate: false,
  resetFields: ['status'],
};

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = {
  validateUpdate: validateStorageVersion,
  resetFields: ['metadata', 'spec'],
};
