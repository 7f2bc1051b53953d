import type { Clock } from '../../apimachinery/clock.ts';
import type { Random } from '../../apimachinery/random.ts';
import { defaultBackoff } from '../../webhook/backoff.ts';
import { webhookFromFile } from '../../webhook/index.ts';
import { eventListJson } from '../event-json.ts';
import type { AuditWebhookOptions } from '../options.ts';
import type { AuditBackend } from '../types.ts';

/** `--audit-webhook-config-file`: events go to somebody else, as EventLists. Throws a ConfigError. */
export async function openWebhookBackend(
  { configFile, initialBackoffMs }: AuditWebhookOptions,
  tools: { readonly clock: Clock; readonly random: Random },
): Promise<AuditBackend> {
  const backoff = { ...defaultBackoff, initialMs: initialBackoffMs };
  const client = await webhookFromFile(configFile, { ...tools, backoff });
  return {
    name: 'webhook',
    deliver: (events) => client.send(eventListJson(events)),
    close: async () => client.close(),
  };
}
