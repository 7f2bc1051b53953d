import type { Strategy } from '../../../scheme/definition.ts';
import { validateVolumeAttributesClass, validateVolumeAttributesClassUpdate } from './validation.ts';

export const strategy: Strategy = {
  validate: validateVolumeAttributesClass,
  validateUpdate: validateVolumeAttributesClassUpdate,
  deleteReturnsObject: true,
};
