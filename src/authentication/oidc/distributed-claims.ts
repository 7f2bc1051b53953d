import type { HttpsGet } from './https-get.ts';
import { type Claims, claimedIssuer } from './verify-token.ts';

/** Checks a token of any issuer by the rules of the one that pointed at it. */
export type VerifyFrom = (issuer: string, token: string) => Promise<Claims>;

/**
 * The claims of a token, and `claim` also when it stands elsewhere: in another token at an address that the first one names
 * (OpenID Connect Core 1.0, 5.6.2). Throws an Error when that cannot be had.
 */
export async function withDistributedClaim(
  claims: Claims,
  claim: string,
  get: HttpsGet,
  verify: VerifyFrom,
): Promise<Claims> {
  if (Object.hasOwn(claims, claim) || !Object.hasOwn(claims, '_claim_names')) return claims;
  const names = recordOf(claims['_claim_names'], 'oidc: error parsing distributed claim names');
  const sources = recordOf(claims['_claim_sources'], 'oidc: no claim sources');
  if (!Object.hasOwn(names, claim)) return claims;
  const name = String(names[claim]);
  if (!Object.hasOwn(sources, name)) {
    throw new Error(`id token _claim_names contained a source ${name} missing in _claims_sources`);
  }
  const { endpoint, access_token: accessToken } = recordOf(
    sources[name],
    'oidc: could not parse claim sources',
  );
  // Perhaps a claim that is in the token itself, as another token; upstream does not read these either.
  if (typeof endpoint !== 'string' || endpoint === '') return claims;
  const token = await get(endpoint, typeof accessToken === 'string' ? accessToken : undefined);
  const issuer = claimedIssuer(token);
  if (issuer === undefined)
    throw new Error(`the answer of ${endpoint} for claim ${JSON.stringify(claim)} is no token`);
  const found = await verify(issuer, token);
  if (!Object.hasOwn(found, claim)) {
    throw new Error(
      `jwt returned by distributed claim endpoint ${JSON.stringify(endpoint)} did not contain claim: ${claim}`,
    );
  }
  return { ...claims, [claim]: found[claim] };
}

function recordOf(value: unknown, otherwise: string): Claims {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new Error(otherwise);
  return value as Claims;
}
