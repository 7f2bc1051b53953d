import type { Strategy } from '../../../scheme/definition.ts';
import { validateWorkload, validateWorkloadUpdate } from './validation.ts';

export const strategy: Strategy = { validate: validateWorkload, validateUpdate: validateWorkloadUpdate };
