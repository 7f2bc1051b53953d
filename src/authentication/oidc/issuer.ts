import type { Clock } from '../../apimachinery/clock.ts';
import type { TokenAuthenticator } from '../types.ts';
import type { CheckedJwt } from './check-config.ts';
import { withDistributedClaim } from './distributed-claims.ts';
import { httpsGet } from './https-get.ts';
import { createKeySet, type KeySet } from './key-set.ts';
import { mapClaims } from './map-claims.ts';
import { type Claims, claimedIssuer, verifyToken } from './verify-token.ts';

/** Issuers from which claims of one issuer's tokens may come. */
const maxClaimIssuers = 10;

/** The tokens of one issuer. */
export function createIssuer(
  checked: CheckedJwt,
  algorithms: readonly string[],
  clock: Clock,
): TokenAuthenticator {
  const { issuer, claimMappings } = checked.config;
  const get = httpsGet(issuer.certificateAuthority, clock);
  const keySetOf = (url: string, discoveryUrl = '') =>
    createKeySet({ issuer: url, discoveryUrl, get, clock });
  const own = keySetOf(issuer.url, issuer.discoveryURL);
  const others = new Map<string, KeySet>();
  const keysOf = (url: string): KeySet => {
    if (url === issuer.url) return own;
    const known = others.get(url);
    if (known) return known;
    if (others.size >= maxClaimIssuers) throw new Error(`claims from more than ${maxClaimIssuers} issuers`);
    const made = keySetOf(url);
    others.set(url, made);
    return made;
  };
  const verify = (url: string, token: string): Promise<Claims> =>
    verifyToken(token, { issuer: url, audiences: issuer.audiences, algorithms, keys: keysOf(url), clock });
  const expand = async (claims: Claims): Promise<Claims> => {
    const { claim } = claimMappings.groups;
    if (claim === '') return claims;
    try {
      return await withDistributedClaim(claims, claim, get, verify);
    } catch (error) {
      throw new Error(`oidc: could not expand distributed claims: ${(error as Error).message}`);
    }
  };
  return {
    async authenticate(token) {
      if (claimedIssuer(token) !== issuer.url) return undefined;
      try {
        const claims = await verify(issuer.url, token).catch((error: Error) => {
          throw new Error(`oidc: verify token: ${error.message}`);
        });
        return { user: mapClaims(checked, await expand(claims)) };
      } catch (error) {
        return { invalid: (error as Error).message };
      }
    },
  };
}
