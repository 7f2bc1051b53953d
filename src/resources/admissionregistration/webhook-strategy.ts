import type { Strategy } from '../../scheme/definition.ts';
import { webhooksChanged } from '../generation.ts';
import { loadConditionLanguage } from './condition-language.ts';
import { staticSuffixWarnings } from './static-suffix.ts';
import { validateWebhooks } from './webhook-validation.ts';
import { webhooksOf } from './webhooks.ts';

/** Configurations of mutating and of validating webhooks are written alike. */
export const webhookStrategy: Strategy = {
  metadataRules: 'anyFinalizer',
  bumpsGeneration: webhooksChanged,
  allowUnconditionalUpdate: false,
  load: (configuration) =>
    webhooksOf(configuration).some(({ matchConditions = [] }) => matchConditions.length > 0)
      ? loadConditionLanguage()
      : undefined,
  validate: (configuration) => validateWebhooks(configuration),
  validateUpdate: validateWebhooks,
  warnings: staticSuffixWarnings,
};
