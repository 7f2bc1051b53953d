import type { UserInfo } from '../apimachinery/user.ts';

/** What an authenticator may look at. */
export interface Credentials {
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Subject of a client certificate that chains to the client CA. */
  readonly certificate:
    | { readonly commonName: string; readonly organizations: readonly string[] }
    | undefined;
  /** Why a certificate that was presented is not good. */
  readonly certificateError: string | undefined;
  /** Identity vouched for by an in-process transport. */
  readonly transportUser: UserInfo | undefined;
}

/** `undefined`: these credentials are none of mine. `invalid`: they are, and they are wrong: the request gets a 401. */
export type AuthenticationResult = { readonly user: UserInfo } | { readonly invalid: string } | undefined;

export interface Authenticator {
  authenticate(credentials: Credentials): AuthenticationResult | Promise<AuthenticationResult>;
}
