import type { Strategy } from '../../../scheme/definition.ts';
import { validateMigration, validateMigrationStatusUpdate, validateMigrationUpdate } from './validation.ts';

export const strategy: Strategy = {
  validate: validateMigration,
  validateUpdate: validateMigrationUpdate,
  allowUnconditionalUpdate: false,
  resetFields: ['status'],
};

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = {
  validateUpdate: validateMigrationStatusUpdate,
  resetFields: ['metadata', 'spec'],
};
