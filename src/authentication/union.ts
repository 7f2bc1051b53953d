import type { AuthenticationResult, Authenticator, Credentials } from './types.ts';

/** The first authenticator that knows the credentials decides. Answers at once as long as they do. */
export function unionAuthenticator(authenticators: readonly Authenticator[]): Authenticator {
  const ask = (
    credentials: Credentials,
    from: number,
  ): AuthenticationResult | Promise<AuthenticationResult> => {
    for (let at = from; at < authenticators.length; at++) {
      const result = authenticators[at]!.authenticate(credentials);
      if (result instanceof Promise) return result.then((late) => late ?? ask(credentials, at + 1));
      if (result) return result;
    }
    return undefined;
  };
  return { authenticate: (credentials) => ask(credentials, 0) };
}
