import type { AuthenticationResult, Authenticator, PresentedToken, TokenAuthenticator } from '../types.ts';

/** Longest token that is looked at, in characters. A header cannot be that long; the body of a TokenReview can. */
export const maxTokenChars = 64 * 1024;

const unknownToken = 'invalid bearer token';

/** Hands the tokens of a request to those who may know them. A token that nobody knows is wrong. */
export function bearer(authenticators: readonly TokenAuthenticator[]): Authenticator {
  return {
    authenticate: ({ tokens, audiences }) =>
      tokens.length === 0 ? undefined : firstKnown(authenticators, tokens, audiences),
  };
}

async function firstKnown(
  authenticators: readonly TokenAuthenticator[],
  tokens: readonly PresentedToken[],
  audiences: readonly string[],
): Promise<AuthenticationResult> {
  const reasons: string[] = [];
  for (const presented of tokens) {
    const result = await ask(authenticators, presented, audiences);
    if (!('invalid' in result)) return result;
    reasons.push(result.invalid);
  }
  return { invalid: combined(reasons) };
}

async function ask(
  authenticators: readonly TokenAuthenticator[],
  presented: PresentedToken,
  audiences: readonly string[],
): Promise<NonNullable<AuthenticationResult>> {
  if ('invalid' in presented) return presented;
  if (presented.token.length > maxTokenChars) return { invalid: unknownToken };
  const reasons: string[] = [];
  for (const authenticator of authenticators) {
    const result = await authenticator.authenticate(presented.token, audiences);
    if (!result) continue;
    if ('invalid' in result) reasons.push(result.invalid);
    else if (isMeantFor(result.audiences, audiences)) return result;
    else reasons.push(unknownToken);
  }
  return { invalid: combined([unknownToken, ...reasons]) };
}

const isMeantFor = (own: readonly string[] | undefined, asked: readonly string[]): boolean =>
  own === undefined || asked.length === 0 || own.some((audience) => asked.includes(audience));

/** As the reference server joins several errors. */
function combined(reasons: readonly string[]): string {
  const distinct = [...new Set(reasons)];
  return distinct.length === 1 ? distinct[0]! : `[${distinct.join(', ')}]`;
}
