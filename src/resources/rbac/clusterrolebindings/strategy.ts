import { isPathSegmentName } from '../../../apimachinery/names.ts';
import type { Strategy } from '../../../scheme/definition.ts';

export const strategy: Strategy = {
  validateName: isPathSegmentName,
  allowCreateOnUpdate: true,
};
