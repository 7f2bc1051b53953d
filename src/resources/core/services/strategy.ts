import { isDNS1123Label } from '../../../apimachinery/names.ts';
import type { Strategy } from '../../../scheme/definition.ts';

export const strategy: Strategy = {
  validateName: isDNS1123Label,
  allowCreateOnUpdate: true,
  deleteReturnsObject: true,
  resetFields: ['status'],
};

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = { resetFields: ['spec'] };
