import type { Figure } from '../apimachinery/figure.ts';
import type { AuthenticationResult } from './types.ts';

export interface AuthenticationCounts {
  /** Counts what came of one request. */
  add(result: AuthenticationResult): void;
  readonly figures: readonly Figure[];
}

/** Names that are told apart, as upstream's `compressUsername` does; anybody could make up any number of others. */
const knownNames: ReadonlySet<string> = new Set([
  'admin',
  'client',
  'kube_proxy',
  'kubelet',
  'system:serviceaccount:kube-system:default',
]);

const kindOfName = (name: string): string =>
  knownNames.has(name) ? name : name.includes('@') ? 'email_id' : 'other';

/** `failure`: nothing was shown that means anybody; `error`: what was shown is wrong. */
const resultOf = (result: AuthenticationResult): string =>
  !result ? 'failure' : 'invalid' in result ? 'error' : 'success';

export function createAuthenticationCounts(): AuthenticationCounts {
  const results = new Map<string, number>();
  const users = new Map<string, number>();
  const count = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  const counter = (
    name: string,
    help: string,
    label: string,
    counts: ReadonlyMap<string, number>,
  ): Figure => ({
    name,
    help,
    type: 'counter',
    labelNames: [label],
    *samples() {
      for (const [key, value] of counts) yield { labels: { [label]: key }, value };
    },
  });
  return {
    add(result) {
      count(results, resultOf(result));
      if (result && 'user' in result) count(users, kindOfName(result.user.name));
    },
    figures: [
      counter('authentication_attempts', 'Counter of authenticated attempts.', 'result', results),
      counter(
        'authenticated_user_requests',
        'Counter of authenticated requests broken out by username.',
        'username',
        users,
      ),
    ],
  };
}
