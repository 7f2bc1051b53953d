import type { LabelSelectorObject } from '../../apimachinery/label-selector.ts';
import type { KubeObject } from '../../apimachinery/object.ts';
import type { TableDefinition } from '../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn } from '../cells.ts';
import { defaultWebhookClient, type WebhookClient } from '../validation/webhook-client.ts';
import { defaultRules } from './rules.ts';
import type { MatchCondition, Rule } from './types.ts';

/** `admissionregistration.k8s.io/v1` ValidatingWebhook and MutatingWebhook. */
export interface Webhook {
  name?: string;
  clientConfig?: WebhookClient;
  rules?: Rule[];
  failurePolicy?: string;
  matchPolicy?: string;
  namespaceSelector?: LabelSelectorObject;
  objectSelector?: LabelSelectorObject;
  sideEffects?: string;
  timeoutSeconds?: number;
  admissionReviewVersions?: string[];
  reinvocationPolicy?: string;
  matchConditions?: MatchCondition[];
}

const defaultTimeoutSeconds = 10;

export const webhooksOf = (configuration: KubeObject): Webhook[] =>
  (configuration['webhooks'] ?? []) as Webhook[];

export function defaultWebhooks(configuration: KubeObject): void {
  for (const webhook of webhooksOf(configuration)) {
    webhook.failurePolicy ??= 'Fail';
    webhook.matchPolicy ??= 'Equivalent';
    webhook.namespaceSelector ??= {};
    webhook.objectSelector ??= {};
    webhook.timeoutSeconds ??= defaultTimeoutSeconds;
    defaultRules(webhook.rules);
    defaultWebhookClient(webhook.clientConfig);
  }
}

/** The table of both configuration kinds. */
export const webhooksTable: TableDefinition = {
  columns: [nameColumn, column('Webhooks', 'Number of webhooks.', 'integer'), ageColumn],
  row: (configuration, nowMs) => ({
    cells: [configuration.metadata.name ?? '', webhooksOf(configuration).length, age(configuration, nowMs)],
  }),
};
