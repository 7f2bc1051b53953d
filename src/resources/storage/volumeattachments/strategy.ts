import type { Strategy } from '../../../scheme/definition.ts';

export const strategy: Strategy = {
  allowUnconditionalUpdate: false,
  deleteReturnsObject: true,
  resetFields: ['status'],
};

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = { resetFields: ['metadata', 'spec'] };
