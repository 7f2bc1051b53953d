import type { Strategy } from '../../../scheme/definition.ts';
import { specChanged } from '../../generation.ts';
import { validateDeviceClass } from './validation.ts';

export const strategy: Strategy = {
  metadataRules: 'generatedName',
  bumpsGeneration: specChanged,
  deleteReturnsObject: true,
  validate: validateDeviceClass,
  validateUpdate: validateDeviceClass,
};
