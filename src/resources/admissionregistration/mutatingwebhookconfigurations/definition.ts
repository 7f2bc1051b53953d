import { defineResource } from '../../../scheme/definition.ts';
import { allVerbs } from '../../verbs.ts';
import { webhookStrategy } from '../webhook-strategy.ts';
import { defaults } from './defaults.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'admissionregistration.k8s.io',
  resource: 'mutatingwebhookconfigurations',
  kind: 'MutatingWebhookConfiguration',
  singular: 'mutatingwebhookconfiguration',
  scope: 'Cluster',
  categories: ['api-extensions'],
  verbs: allVerbs,
  versions: [
    {
      version: 'v1',
      schema: 'io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration',
      defaults,
      storageVersionHash: 'Sqi0GUgDaX0=',
    },
  ],
  strategy: webhookStrategy,
  table,
});
