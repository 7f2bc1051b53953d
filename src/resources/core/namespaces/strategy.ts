import { isDNS1123Label } from '../../../apimachinery/names.ts';
import type { Strategy } from '../../../scheme/definition.ts';

export const strategy: Strategy = {
  validateName: isDNS1123Label,
  deleteReturnsObject: true,
  resetFields: ['status'],
};

/** `/finalize` writes everything but the fields it resets. */
export const finalizeStrategy: Strategy = { resetFields: ['status'] };

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = { resetFields: ['spec'] };
