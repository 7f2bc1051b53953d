/** What the flags decide about authentication. A path is absolute; '' is none. */
export interface AuthenticationOptions {
  /** `--anonymous-auth`: whether requests without credentials are served as `system:anonymous`. */
  readonly anonymous: boolean;
  /** `--enable-query-token`: whether credentials are taken from the parameters of a request too. */
  readonly queryCredentials: boolean;
  /** `--api-audiences`: for whom tokens must be meant; the issuers of service account tokens when empty. */
  readonly apiAudiences: readonly string[];
  /** `--client-ca-file`: PEM of the authorities of client certificates, beside the server's own. */
  readonly clientCaFile: string;
  /** `--client-crl-file`: PEM of what these authorities have revoked. */
  readonly clientCrlFile: string;
  readonly requestHeader: RequestHeaderOptions;
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
  anonymous: true,
  queryCredentials: false,
  apiAudiences: [],
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
});
