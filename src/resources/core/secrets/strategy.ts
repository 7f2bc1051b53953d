import type { Strategy } from '../../../scheme/definition.ts';
import { validateSecret, validateSecretUpdate } from './validation.ts';
import { warnings } from './warnings.ts';

export const strategy: Strategy = {
  prepareForUpdate: (object, old) => {
    if (!object['type']) object['type'] = old['type'];
  },
  validate: validateSecret,
  validateUpdate: validateSecretUpdate,
  warnings,
};
