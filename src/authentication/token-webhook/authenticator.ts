import type { Clock } from '../../apimachinery/clock.ts';
import type { Log } from '../../apimachinery/log.ts';
import type { Random } from '../../apimachinery/random.ts';
import { ConfigError } from '../../configuration/config-error.ts';
import type { WebhookClient } from '../../webhook/client.ts';
import type { TokenWebhookOptions } from '../options.ts';
import { cachedTokens } from '../token-cache.ts';
import type { AuthenticationResult, TokenAuthenticator } from '../types.ts';
import type { ReviewedToken } from './review.ts';

const versions = ['v1', 'v1beta1'];

interface Tools {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/**
 * Tokens that another server knows, which is sent a TokenReview. `own`: the audiences of this server. Throws a ConfigError. A
 * webhook that cannot be asked makes a token invalid; why is told in the log, and not to who sent it.
 */
export async function tokenWebhook(
  { configFile, cacheTtlMs, version }: TokenWebhookOptions,
  own: readonly string[],
  tools: Tools,
): Promise<TokenAuthenticator> {
  if (!versions.includes(version)) {
    const supported = versions.map((one) => JSON.stringify(one)).join(', ');
    throw new ConfigError(
      `unsupported authentication webhook version ${JSON.stringify(version)}, supported versions are ${supported}`,
    );
  }
  const { webhookFromFile } = await import('../../webhook/index.ts');
  const client = await webhookFromFile(configFile, tools);
  const authenticator: TokenAuthenticator = {
    async authenticate(token, audiences) {
      try {
        return reviewed(await review(client, version, token, audiences), audiences, own);
      } catch (error) {
        tools.log.error('the webhook for tokens could not be asked', { error });
        return { invalid: (error as Error).message };
      }
    },
  };
  return cachedTokens(authenticator, { ...tools, successMs: cacheTtlMs, failureMs: cacheTtlMs });
}

async function review(
  client: WebhookClient,
  version: string,
  token: string,
  audiences: readonly string[],
): Promise<ReviewedToken> {
  const apiVersion = `authentication.k8s.io/${version}`;
  const spec = { token, ...(audiences.length === 0 ? {} : { audiences }) };
  const body = { apiVersion, kind: 'TokenReview', metadata: {}, spec, status: { user: {} } };
  const { readReview } = await import('./review.ts');
  return readReview(client.url, apiVersion, await client.post(body));
}

/** An answer that names no audiences means those of this server: the webhook does not know of any. */
function reviewed(
  { authenticated, user, audiences: named, error }: ReviewedToken,
  asked: readonly string[],
  own: readonly string[],
): AuthenticationResult {
  const good = named.length > 0 ? named : own;
  const audiences = asked.filter((audience) => good.includes(audience));
  if (asked.length > 0 && audiences.length === 0) return undefined;
  if (!authenticated) return error === '' ? undefined : { invalid: error };
  return asked.length === 0 ? { user } : { user, audiences };
}
