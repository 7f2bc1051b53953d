import type { KubeObject } from '../../../apimachinery/object.ts';
import { defaultWebhooks, webhooksOf } from '../webhooks.ts';

export function defaults(configuration: KubeObject): void {
  defaultWebhooks(configuration);
  for (const webhook of webhooksOf(configuration)) webhook.reinvocationPolicy ??= 'Never';
}
