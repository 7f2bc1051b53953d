import { anonymousUser } from '../../apimachinery/user.ts';
import type { Authenticator } from '../types.ts';

/** Who shows nothing is `system:anonymous`; who shows a token that nobody knows is not. */
export const anonymous: Authenticator = {
  authenticate({ headers }) {
    if (headers['authorization'] !== undefined) return { invalid: 'unknown credentials' };
    return { user: anonymousUser };
  },
};
