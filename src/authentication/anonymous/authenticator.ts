import { anonymousUser } from '../../apimachinery/user.ts';
import type { Authenticator } from '../types.ts';

/**
 * Asked last, about who showed nothing that any other authenticator takes for its own: `system:anonymous`, on every path or, when
 * some are named, on those.
 */
export function anonymous(paths: readonly string[] = []): Authenticator {
  const allowed = new Set(paths);
  const result = Object.freeze({ user: anonymousUser });
  return { authenticate: ({ path }) => (allowed.size === 0 || allowed.has(path) ? result : undefined) };
}
