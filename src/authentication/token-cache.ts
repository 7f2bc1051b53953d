import { createHmac } from 'node:crypto';
import type { Clock } from '../apimachinery/clock.ts';
import type { Random } from '../apimachinery/random.ts';
import type { AuthenticationResult, TokenAuthenticator } from './types.ts';

export interface TokenCacheOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** How long it is remembered whom a token names, milliseconds; 0: not at all. */
  readonly successMs: number;
  /** The same for tokens that are not known. A refusal with a reason may be a failure, and is never remembered. */
  readonly failureMs: number;
}

/** Tokens that are remembered; the oldest ones are forgotten first. */
const maxCachedTokens = 10_000;
const keyBytes = 32;

interface Entry {
  readonly result: AuthenticationResult;
  readonly untilMs: number;
}

/**
 * Remembers what another authenticator found out, and asks it once for all who come with the same token meanwhile
 * (`token/cache`). Tokens are kept as digests with a key that nobody else has.
 */
export function cachedTokens(inner: TokenAuthenticator, options: TokenCacheOptions): TokenAuthenticator {
  const { clock, random, successMs, failureMs } = options;
  const key = random.bytes(keyBytes);
  const entries = new Map<string, Entry>();
  const asking = new Map<string, Promise<AuthenticationResult>>();

  const digest = (token: string, audiences: readonly string[]) =>
    createHmac('sha256', key)
      .update(JSON.stringify([token, ...audiences]))
      .digest('base64url');
  const remember = (id: string, result: AuthenticationResult) => {
    if (result && 'invalid' in result) return;
    const lifetimeMs = result ? successMs : failureMs;
    if (lifetimeMs === 0) return;
    entries.delete(id);
    entries.set(id, { result, untilMs: clock.monotonicMs() + lifetimeMs });
    if (entries.size > maxCachedTokens) entries.delete(entries.keys().next().value!);
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
      const entry = entries.get(id);
      if (entry && clock.monotonicMs() < entry.untilMs) return entry.result;
      const underWay = asking.get(id);
      if (underWay) return underWay;
      const answer = ask(id, token, audiences);
      asking.set(id, answer);
      return answer;
    },
  };
}
