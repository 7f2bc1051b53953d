/** What the flags decide about authentication. */
export interface AuthenticationOptions {
  /** `--anonymous-auth`: whether requests without credentials are served as `system:anonymous`. */
  readonly anonymous: boolean;
}

export const defaultAuthentication: AuthenticationOptions = Object.freeze({ anonymous: true });
