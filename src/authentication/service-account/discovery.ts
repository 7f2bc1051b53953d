import type { VerificationKey } from './keys.ts';

/** Seconds for which others may keep the two documents. */
export const discoveryMaxAgeSeconds = 3_600;

/** What others need to check our tokens (OpenID Connect Discovery 1.0). */
export interface Discovery {
  /** `/.well-known/openid-configuration`. */
  readonly configuration: Buffer;
  /** `/openid/v1/jwks`. */
  readonly keySet: Buffer;
}

export const keySetPath = '/openid/v1/jwks';

/** Whether an issuer is a URL of the kind that discovery is for; when not, the documents are not served. */
export function isDiscoverable(issuer: string): boolean {
  if (!URL.canParse(issuer)) return false;
  const { protocol, search, hash } = new URL(issuer);
  return protocol === 'https:' && search === '' && hash === '';
}

export function discoveryDocuments(
  issuer: string,
  jwksUri: string,
  keys: readonly VerificationKey[],
): Discovery {
  const algorithms = [...new Set(keys.map(({ algorithm }) => algorithm))].sort();
  return {
    configuration: json({
      issuer,
      jwks_uri: jwksUri,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: algorithms,
    }),
    keySet: json({ keys: keys.map(publicJwk) }),
  };
}

const json = (value: object) => Buffer.from(JSON.stringify(value));

/** In the order in which the reference server writes them. */
function publicJwk({ key, id, algorithm }: VerificationKey): object {
  const { kty, crv, x, y, n, e } = key.export({ format: 'jwk' });
  const start = { use: 'sig', kty, kid: id };
  return kty === 'RSA' ? { ...start, alg: algorithm, n, e } : { ...start, crv, alg: algorithm, x, y };
}
