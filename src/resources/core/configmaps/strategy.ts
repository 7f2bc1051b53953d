import type { Strategy } from '../../../scheme/definition.ts';
import { validateConfigMap, validateConfigMapUpdate } from './validation.ts';

export const strategy: Strategy = {
  validate: validateConfigMap,
  validateUpdate: validateConfigMapUpdate,
};
