import { anonymousUser } from '../../apimachinery/user.ts';
import type { Authenticator } from '../types.ts';

/** Asked last, about who showed nothing that any other authenticator takes for its own: `system:anonymous`. */
export const anonymous: Authenticator = { authenticate: () => ({ user: anonymousUser }) };
