import type { Strategy } from '../../../scheme/definition.ts';
import { validateLocalReview } from './validation.ts';

export const strategy: Strategy = { validate: validateLocalReview };
