import { anonymousUser } from '../apimachinery/user.ts';
import type { AuthenticationResult, Authenticator } from './types.ts';

const authenticated = 'system:authenticated';

/** Puts everybody who is known into the group of those who are. */
export function authenticatedGroup(authenticator: Authenticator): Authenticator {
  return {
    authenticate(credentials) {
      const result = authenticator.authenticate(credentials);
      return result instanceof Promise ? result.then(withGroup) : withGroup(result);
    },
  };
}

function withGroup(result: AuthenticationResult): AuthenticationResult {
  if (!result || 'invalid' in result) return result;
  const { user } = result;
  const said =
    user.groups.includes(authenticated) || user.groups.some((group) => anonymousUser.groups.includes(group));
  if (said || user.name === anonymousUser.name) return result;
  return { ...result, user: { ...user, groups: [...user.groups, authenticated] } };
}
