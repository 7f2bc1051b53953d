import { nameIsPathSegment } from '../../../apimachinery/names.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { validateRole } from './validation.ts';

export const strategy: Strategy = {
  validateName: nameIsPathSegment,
  allowCreateOnUpdate: true,
  validate: validateRole,
  validateUpdate: validateRole,
};
