import type { Strategy } from '../../../scheme/definition.ts';
import { validateClaimTemplate, validateClaimTemplateUpdate } from './validation.ts';

export const strategy: Strategy = {
  deleteReturnsObject: true,
  validate: validateClaimTemplate,
  validateUpdate: validateClaimTemplateUpdate,
};
