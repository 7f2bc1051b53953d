import { virtualClock } from '../apimachinery/clock.ts';
import { createWebhookClient, type WebhookClient, type WebhookClientOptions } from './client.ts';
import { readWebhookTarget } from './read-target.ts';

/**
 * A client of the webhook that a file in the format of a kubeconfig describes, as the flags of webhooks name one. Throws a
 * ConfigError that names file, line and field. Import this file when a configuration asks for it: it loads the reader of files.
 */
export async function webhookFromFile(path: string, options: WebhookClientOptions): Promise<WebhookClient> {
  return createWebhookClient(await readWebhookTarget(path, options.clock), options);
}

/** Reads such a file as `webhookFromFile` does, and throws what it throws. */
export async function checkWebhookFile(path: string): Promise<void> {
  // Nothing happens between now and then.
  await readWebhookTarget(path, virtualClock());
}
