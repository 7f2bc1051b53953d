import type { Strategy } from '../../../scheme/definition.ts';
import { validateServiceCIDR, validateServiceCIDRUpdate } from './validation.ts';

export const strategy: Strategy = {
  validate: validateServiceCIDR,
  validateUpdate: validateServiceCIDRUpdate,
  resetFields: ['status'],
};

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = { resetFields: ['metadata', 'spec'] };
