import { lazyPackage } from '../../apimachinery/lazy-package.ts';
import { isRecord } from '../../apimachinery/object.ts';
import { digestOf } from '../digest.ts';
import type { VerificationKey } from './keys.ts';

const jose = lazyPackage<typeof import('jose')>('jose');

export type Payload = Readonly<Record<string, unknown>>;

/** Tokens whose signature has been found good that are remembered, by digest; the oldest goes first. */
export const maxVerifiedTokens = 4_096;

/**
 * Checks signatures. `undefined`: no token of these issuers. A good signature is remembered, as checking it takes far longer than
 * everything else that a request needs; whether the token is still good is asked anew every time, by who calls this.
 */
export interface TokenVerifier {
  verify(token: string): Promise<Verified | undefined>;
}

export type Verified = { readonly payload: Payload } | { readonly invalid: string };

export function tokenVerifier(
  issuers: readonly string[],
  keys: () => Promise<readonly VerificationKey[]>,
): TokenVerifier {
  const verified = new Map<string, Verified>();
  return {
    async verify(token) {
      if (!issuers.includes(claimedIssuer(token))) return undefined;
      const digest = digestOf(token);
      const known = verified.get(digest);
      if (known) return known;
      const result = await checkSignature(token, await keys());
      if (!result || 'invalid' in result) return result;
      if (verified.size >= maxVerifiedTokens) verified.delete(verified.keys().next().value!);
      verified.set(digest, result);
      return result;
    },
  };
}

/** Who a token says it is from; nothing that may be believed. '' when it is no token. */
function claimedIssuer(token: string): string {
  const parts = token.split('.');
  if (parts.length !== 3) return '';
  const payload = parseJson(Buffer.from(parts[1]!, 'base64url').toString('utf8'));
  return typeof payload?.['iss'] === 'string' ? payload['iss'] : '';
}

function parseJson(text: string): Payload | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

async function checkSignature(
  token: string,
  keys: readonly VerificationKey[],
): Promise<Verified | undefined> {
  const header = parseJson(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString('utf8'));
  if (!header) return undefined;
  const named = header['kid'];
  const candidates = typeof named === 'string' && named !== '' ? keys.filter(({ id }) => id === named) : keys;
  if (candidates.length === 0) return { invalid: 'invalid signature, no keys found' };
  for (const { key, algorithm } of candidates) {
    try {
      // The algorithm is the key's, whatever the token says.
      const { payload: bytes } = await jose().compactVerify(token, key, { algorithms: [algorithm] });
      const payload = parseJson(Buffer.from(bytes).toString('utf8'));
      return payload ? { payload } : { invalid: 'the payload of the token is no object' };
    } catch {
      // Signed with another key, or with none.
    }
  }
  return { invalid: 'go-jose/go-jose: error in cryptographic primitive' };
}
