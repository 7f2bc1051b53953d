import type { X509Certificate } from 'node:crypto';
import type { UserInfo } from '../apimachinery/user.ts';

/** A bearer token as it came; `invalid` when what stands in its place is none. Never to be logged. */
export type PresentedToken = { readonly token: string } | { readonly invalid: string };

/** What an authenticator may look at. */
export interface Credentials {
  /** As they were sent. Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** All values of a header that was sent several times. */
  headerValues(name: string): readonly string[];
  /** Of the target, without the query. */
  readonly path: string;
  /**
   * The client certificate and what came with it, checked by nobody; empty when none was shown. The same value for every request
   * of a connection.
   */
  readonly certificates: readonly X509Certificate[];
  /** Identity vouched for by an in-process transport. */
  readonly transportUser: UserInfo | undefined;
  /** In the order in which they are tried. */
  readonly tokens: readonly PresentedToken[];
  /** With `--enable-query-token`: user name and password from the parameters `username` and `password`. */
  readonly parameters: { readonly username: string; readonly password: string } | undefined;
  /** For whom the credentials must be meant: `--api-audiences`, or what a TokenReview names. */
  readonly audiences: readonly string[];
}

/** Who it is, and what else there is to say about the credentials. */
export interface Identified {
  readonly user: UserInfo;
  /** For which of the asked audiences the credentials are good; absent when they know nothing of audiences. */
  readonly audiences?: readonly string[];
  /** For `Warning:` headers. */
  readonly warnings?: readonly string[];
  /** For the audit record. */
  readonly auditAnnotations?: Readonly<Record<string, string>>;
}

/**
 * `undefined`: these credentials are none of mine. `invalid`: they are, and they are wrong: unless another authenticator accepts
 * the request, it gets a 401. The text is for whoever may know it (a TokenReview); it never contains a credential.
 */
export type AuthenticationResult = Identified | { readonly invalid: string } | undefined;

export interface Authenticator {
  authenticate(credentials: Credentials): AuthenticationResult | Promise<AuthenticationResult>;
}

/**
 * Knows one kind of bearer token. All of them are members of one list in `index.ts`, in the reference server's order, and are asked
 * one after the other by `bearer/authenticator.ts`, wherever the token came from; each answers as an Authenticator does. One
 * that knows nothing of audiences is wrapped in `audienceAgnostic`. A token that none of them knows is a 401, also where
 * anonymous requests are served.
 */
export interface TokenAuthenticator {
  /** `audiences`: for whom the token must be meant. Must not keep `token`: caches are keyed by a digest. */
  authenticate(
    token: string,
    audiences: readonly string[],
  ): AuthenticationResult | Promise<AuthenticationResult>;
}
