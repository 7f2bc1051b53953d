import { uuid } from '../../../apimachinery/random.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { validateLimitRange } from './validation.ts';

export const strategy: Strategy = {
  prepareForCreate: ({ metadata }, { random }) => {
    metadata.name ||= uuid(random);
  },
  validate: validateLimitRange,
  validateUpdate: validateLimitRange,
  allowCreateOnUpdate: true,
};
