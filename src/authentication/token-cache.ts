import { createHmac } from 'node:crypto';
import type { Clock } from '../apimachinery/clock.ts';
import type { Random } from '../apimachinery/random.ts';
import { ttlCache } from '../apimachinery/ttl-cache.ts';
import type { AuthenticationResult, TokenAuthenticator } from './types.ts';

export interface TokenCacheOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** How long it is remembered whom a token names, milliseconds; 0: not at all. */
  readonly successMs: number;
  /** The same for tokens that are not known. A refusal with a reason may be a failure, and is never remembered. */
  readonly failureMs: number;
}

/** Tokens that are remembered; those that were not used for longest are forgotten first. */
const maxCachedTokens = 10_000;
const keyBytes = 32;

/**
 * Remembers what another authenticator found out, and asks it once for all who come with the same token meanwhile
 * (`token/cache`). Tokens are kept as digests with a key that nobody else has.
 */
export function cachedTokens(inner: TokenAuthenticator, options: TokenCacheOptions): TokenAuthenticator {
  const { clock, random, successMs, failureMs } = options;
  const key = random.bytes(keyBytes);
  const kept = ttlCache<{ readonly result: AuthenticationResult }>(clock, maxCachedTokens);
  const asking = new Map<string, Promise<AuthenticationResult>>();

  const digest = (token: string, audiences: readonly string[]) =>
    createHmac('sha256', key)
      .update(JSON.stringify([token, ...audiences]))
      .digest('base64url');
  const remember = (id: string, result: AuthenticationResult) => {
    if (result && 'invalid' in result) return;
    kept.put(id, { result }, result ? successMs : failureMs);
  };
  const ask = async (id: string, token: string, audiences: readonly string[]) => {
    try {
      const result = await inner.authenticate(token, audiences);
      remember(id, result);
      return result;
    } finally {
      asking.delete(id);
    }
  };
  return {
    authenticate(token, audiences) {
      const id = digest(token, audiences);
      const known = kept.get(id);
      if (known) return known.result;
      const underWay = asking.get(id);
      if (underWay) return underWay;
      const answer = ask(id, token, audiences);
      asking.set(id, answer);
      return answer;
    },
  };
}
