import type { Strategy } from '../../../scheme/definition.ts';
import { webhooksChanged } from '../../generation.ts';
import { staticSuffixWarnings } from '../static-suffix.ts';
import { validateWebhooks } from '../webhook-validation.ts';

export const strategy: Strategy = {
  bumpsGeneration: webhooksChanged,
  allowUnconditionalUpdate: false,
  validate: (configuration) => validateWebhooks(configuration),
  validateUpdate: validateWebhooks,
  warnings: staticSuffixWarnings,
};
