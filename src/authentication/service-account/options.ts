/** What the flags `--service-account-…` decide. */
export interface ServiceAccountOptions {
  /** Accepted issuers; the first one is that of new tokens. */
  readonly issuers: readonly string[];
  /** Signs new tokens; the server's own key when ''. */
  readonly signingKeyFile: string;
  /** Keys that verify tokens, beside the one that signs. */
  readonly keyFiles: readonly string[];
  /** Longest time that a new token is good for; 0: whatever is asked for. */
  readonly maxExpirationSeconds: number;
  /** Whether tokens of the kubelet's usual length are good for a year, for programs that do not read them again. */
  readonly extendExpiration: boolean;
  /** Where others find the keys; on this server when ''. */
  readonly jwksUri: string;
  /** Whether a legacy token must still be in its Secret. */
  readonly lookup: boolean;
}

export const defaultServiceAccounts: ServiceAccountOptions = Object.freeze({
  issuers: ['https://kubernetes.default.svc'],
  signingKeyFile: '',
  keyFiles: [],
  maxExpirationSeconds: 0,
  extendExpiration: true,
  jwksUri: '',
  lookup: true,
});

const hourSeconds = 60 * 60;
const maxExpirationSeconds = 2 ** 32;

/** Throws an Error that names the flag for values that make no sense. Reads no file. */
export function checkServiceAccountOptions(options: ServiceAccountOptions): void {
  const { issuers, maxExpirationSeconds: longest, jwksUri } = options;
  if (issuers.length === 0) throw new Error('--service-account-issuer must not be empty');
  for (const [at, issuer] of issuers.entries()) {
    if (issuer === '') throw new Error('--service-account-issuer should not be an empty string');
    if (issuer.includes(':') && !URL.canParse(issuer)) {
      throw new Error(
        `--service-account-issuer ${JSON.stringify(issuer)} contained a ':' but was not a valid URL`,
      );
    }
    if (issuers.indexOf(issuer) !== at) {
      throw new Error(`--service-account-issuer ${JSON.stringify(issuer)} is already specified`);
    }
  }
  if (longest !== 0 && (longest < hourSeconds || longest > maxExpirationSeconds)) {
    throw new Error('--service-account-max-token-expiration must be between 1 hour and 2^32 seconds');
  }
  if (jwksUri !== '' && !URL.canParse(jwksUri))
    throw new Error('--service-account-jwks-uri must be a valid URL');
  if (jwksUri !== '' && new URL(jwksUri).protocol !== 'https:') {
    throw new Error(`--service-account-jwks-uri requires https scheme, parsed as: ${jwksUri}`);
  }
}
