import type { Strategy } from '../../../scheme/definition.ts';

export const strategy: Strategy = {
  deleteReturnsObject: true,
};
