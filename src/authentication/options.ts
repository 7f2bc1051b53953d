import { defaultServiceAccounts, type ServiceAccountOptions } from './service-account/options.ts';

/** What the flags decide about authentication. A path is absolute; '' is none. */
export interface AuthenticationOptions {
  /**
   * `--anonymous-auth`: whether requests without credentials are served as `system:anonymous`; undefined: yes, if
   * `--authentication-config` says nothing else.
   */
  readonly anonymous: boolean | undefined;
  /** `--enable-query-token`: whether credentials are taken from the parameters of a request too. */
  readonly queryCredentials: boolean;
  /** `--api-audiences`: for whom tokens must be meant; the issuers of service account tokens when empty. */
  readonly apiAudiences: readonly string[];
  /** `--token-auth-file`. */
  readonly tokenFile: string;
  /** `--enable-bootstrap-token-auth`. */
  readonly bootstrapTokens: boolean;
  readonly serviceAccounts: ServiceAccountOptions;
  /** `--client-ca-file`: PEM of the authorities of client certificates, beside the server's own. */
  readonly clientCaFile: string;
  /** `--client-crl-file`: PEM of what these authorities have revoked. */
  readonly clientCrlFile: string;
  readonly requestHeader: RequestHeaderOptions;
  /** `--authentication-config`: issuers of tokens, and on which paths anonymous requests are served. */
  readonly authenticationConfigFile: string;
  readonly oidc: OidcOptions;
  readonly tokenWebhook: TokenWebhookOptions;
  /** `--basic-auth-file`: user names and passwords. */
  readonly basicAuthFile: string;
}

/** `--oidc-*`: one issuer of tokens. */
export interface OidcOptions {
  readonly issuerUrl: string;
  readonly clientId: string;
  /** PEM of the authorities of the issuer; '': those that the runtime trusts. */
  readonly caFile: string;
  readonly usernameClaim: string;
  /** '': the issuer and `#`, except before an e-mail address; `-`: none. */
  readonly usernamePrefix: string;
  readonly groupsClaim: string;
  readonly groupsPrefix: string;
  readonly signingAlgs: readonly string[];
  readonly requiredClaims: Readonly<Record<string, string>>;
}

/** `--authentication-token-webhook-*`: another server that knows tokens. */
export interface TokenWebhookOptions {
  /** Where it is, in the format of a kubeconfig. */
  readonly configFile: string;
  readonly cacheTtlMs: number;
  readonly version: string;
}

/** `--requestheader-*`: whom the server believes when it says who is asking. */
export interface RequestHeaderOptions {
  /** '': nobody. */
  readonly clientCaFile: string;
  /** Common names of the client certificates that are believed; empty: all. */
  readonly allowedNames: readonly string[];
  readonly usernameHeaders: readonly string[];
  readonly uidHeaders: readonly string[];
  readonly groupHeaders: readonly string[];
  readonly extraHeadersPrefix: readonly string[];
}

export const defaultAuthentication: AuthenticationOptions = Object.freeze({
  anonymous: undefined,
  queryCredentials: false,
  apiAudiences: [],
  tokenFile: '',
  bootstrapTokens: false,
  serviceAccounts: defaultServiceAccounts,
  clientCaFile: '',
  clientCrlFile: '',
  requestHeader: Object.freeze({
    clientCaFile: '',
    allowedNames: [],
    usernameHeaders: [],
    uidHeaders: [],
    groupHeaders: [],
    extraHeadersPrefix: [],
  }),
  authenticationConfigFile: '',
  oidc: Object.freeze({
    issuerUrl: '',
    clientId: '',
    caFile: '',
    usernameClaim: 'sub',
    usernamePrefix: '',
    groupsClaim: '',
    groupsPrefix: '',
    signingAlgs: ['RS256'],
    requiredClaims: {},
  }),
  basicAuthFile: '',
  tokenWebhook: Object.freeze({ configFile: '', cacheTtlMs: 120_000, version: 'v1beta1' }),
});
