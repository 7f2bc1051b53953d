import type { Strategy } from '../../scheme/definition.ts';
import { webhooksChanged } from '../generation.ts';
import { staticSuffixWarnings } from './static-suffix.ts';
import { validateWebhooks } from './webhook-validation.ts';

/** Configurations of mutating and of validating webhooks are written alike. */
export const webhookStrategy: Strategy = {
  bumpsGeneration: webhooksChanged,
  allowUnconditionalUpdate: false,
  validate: (configuration) => validateWebhooks(configuration),
  validateUpdate: validateWebhooks,
  warnings: staticSuffixWarnings,
};
