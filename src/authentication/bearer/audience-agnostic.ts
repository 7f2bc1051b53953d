import type { AuthenticationResult, TokenAuthenticator } from '../types.ts';

/** Makes tokens that say nothing of audiences good for those of the API server, `own`, and for nobody else. */
export function audienceAgnostic(
  own: readonly string[],
  authenticator: TokenAuthenticator,
): TokenAuthenticator {
  return {
    authenticate(token, audiences) {
      const common = own.filter((audience) => audiences.includes(audience));
      if (common.length === 0 && audiences.length > 0) return undefined;
      const result = authenticator.authenticate(token, audiences);
      const stamp = (late: AuthenticationResult) =>
        late && 'user' in late ? { ...late, audiences: common } : late;
      return result instanceof Promise ? result.then(stamp) : stamp(result);
    },
  };
}
