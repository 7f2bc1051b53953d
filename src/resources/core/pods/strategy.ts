import type { Strategy } from '../../../scheme/definition.ts';
import { specChanged } from '../../generation.ts';

export const strategy: Strategy = {
  bumpsGeneration: specChanged,
  deleteReturnsObject: true,
  resetFields: ['status'],
};

/** `/ephemeralcontainers` writes everything but the fields it resets. */
export const ephemeralcontainersStrategy: Strategy = { resetFields: [] };

/** `/resize` writes everything but the fields it resets. */
export const resizeStrategy: Strategy = { resetFields: [] };

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = {
  resetFields: ['spec', 'metadata.deletionTimestamp', 'metadata.ownerReferences'],
};
