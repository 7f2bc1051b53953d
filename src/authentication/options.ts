/** What the flags decide about authentication. */
export interface AuthenticationOptions {
  /** `--anonymous-auth`: whether requests without credentials are served as `system:anonymous`. */
  readonly anonymous: boolean;
  /** `--enable-query-token`: whether credentials are taken from the parameters of a request too. */
  readonly queryCredentials: boolean;
  /** `--api-audiences`: for whom tokens must be meant; the issuers of service account tokens when empty. */
  readonly apiAudiences: readonly string[];
}

export const defaultAuthentication: AuthenticationOptions = Object.freeze({
  anonymous: true,
  queryCredentials: false,
  apiAudiences: [],
});
