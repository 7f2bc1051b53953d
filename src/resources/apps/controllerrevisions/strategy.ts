import type { Strategy } from '../../../scheme/definition.ts';
import { validateControllerRevision, validateControllerRevisionUpdate } from './validation.ts';

export const strategy: Strategy = {
  validate: validateControllerRevision,
  validateUpdate: validateControllerRevisionUpdate,
};
