import type { Clock } from '../../apimachinery/clock.ts';
import type { KeySet } from './key-set.ts';

/** The claims of a token, keys as they were sent. */
export type Claims = Readonly<Record<string, unknown>>;

export interface TokenRules {
  readonly issuer: string;
  /** One of them must be among those of the token. */
  readonly audiences: readonly string[];
  /** Algorithms that may have been used. */
  readonly algorithms: readonly string[];
  readonly keys: KeySet;
  readonly clock: Clock;
}

/** How much earlier than it says a token may be used: clocks differ. */
const notBeforeLeewayMs = 5 * 60_000;

const google = 'accounts.google.com';

/** The issuer that a token says it is of, which nobody has checked; undefined when it is no token of this kind. */
export function claimedIssuer(token: string): string | undefined {
  const issuer = claimsOf(token)?.['iss'];
  // As this issuer once called itself (OpenID Connect Core 1.0, 15.6.2).
  if (issuer === google) return `https://${google}`;
  return typeof issuer === 'string' ? issuer : undefined;
}

/** The claims of a token in compact form, unchecked. */
function claimsOf(token: string): Claims | undefined {
  const [, payload, signature, ...more] = token.split('.');
  if (payload === undefined || signature === undefined || more.length > 0) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? (value as Claims)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Checks a token (OpenID Connect Core 1.0, 3.1.3.7) and answers its claims. Throws an Error that says what is wrong. */
export async function verifyToken(token: string, rules: TokenRules): Promise<Claims> {
  const claims = claimsOf(token);
  if (!claims) throw new Error('oidc: malformed jwt');
  checkClaims(claims, token, rules);
  await checkSignature(token, rules);
  return claims;
}

function checkClaims(claims: Claims, token: string, { issuer, audiences, clock }: TokenRules): void {
  if (claimedIssuer(token) !== issuer) {
    throw new Error(`oidc: id token issued by a different provider, expected ${JSON.stringify(issuer)}`);
  }
  const { aud, exp, nbf } = claims;
  const own = Array.isArray(aud) ? aud : [aud];
  if (!audiences.some((audience) => own.includes(audience))) {
    throw new Error(`oidc: expected audience in ${JSON.stringify(audiences)} got ${JSON.stringify(own)}`);
  }
  const nowMs = clock.now();
  if (typeof exp !== 'number' || exp * 1000 < nowMs) throw new Error('oidc: token is expired');
  if (nbf === undefined) return;
  if (typeof nbf !== 'number' || nowMs + notBeforeLeewayMs < nbf * 1000) {
    throw new Error('oidc: current time before the nbf (not before) time');
  }
}

async function checkSignature(token: string, { algorithms, keys }: TokenRules): Promise<void> {
  const { compactVerify, decodeProtectedHeader } = await import('jose');
  const { alg = '', kid } = decodeProtectedHeader(token);
  if (!algorithms.includes(alg)) {
    throw new Error(
      `oidc: id token signed with unsupported algorithm, expected ${JSON.stringify(algorithms)} got ${JSON.stringify(alg)}`,
    );
  }
  for await (const key of keys.candidates({ alg, ...(kid === undefined ? {} : { kid }) })) {
    const isGood = await compactVerify(token, key, { algorithms: [alg] }).then(
      () => true,
      () => false,
    );
    if (isGood) return;
  }
  throw new Error('failed to verify signature: failed to verify id token signature');
}
