import type { AuthenticationResult, Authenticator, Credentials } from './types.ts';

/**
 * The first authenticator that accepts the credentials decides. Wrong ones do not keep another authenticator from being
 * asked (a certificate that has expired beside a good token), but only `fallback` is for who brought nothing at all. Answers at
 * once as long as the authenticators do.
 */
export function unionAuthenticator(
  authenticators: readonly Authenticator[],
  fallback: Authenticator | undefined,
): Authenticator {
  const ask = (
    credentials: Credentials,
    from: number,
    wrong: { readonly invalid: string } | undefined,
  ): AuthenticationResult | Promise<AuthenticationResult> => {
    let failed = wrong;
    for (let at = from; at < authenticators.length; at++) {
      const result = authenticators[at]!.authenticate(credentials);
      if (result instanceof Promise) {
        const before = failed;
        return result.then((late) =>
          late && 'user' in late ? late : ask(credentials, at + 1, late ? both(before, late) : before),
        );
      }
      if (result && 'user' in result) return result;
      if (result) failed = both(failed, result);
    }
    return failed ?? fallback?.authenticate(credentials);
  };
  return { authenticate: (credentials) => ask(credentials, 0, undefined) };
}

const both = (first: { readonly invalid: string } | undefined, second: { readonly invalid: string }) =>
  first ? { invalid: `[${first.invalid}, ${second.invalid}]` } : second;
