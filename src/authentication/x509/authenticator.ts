import type { ChainVerifier } from '../../pki/chain-verifier.ts';
import type { ChainVerdict } from '../../pki/verify-chain.ts';
import type { AuthenticationResult, Authenticator } from '../types.ts';
import { userOf } from './user-of.ts';

/** Client certificates of the authorities in `--client-ca-file`, and of the server's own. */
export function x509(verify: ChainVerifier): Authenticator {
  /** By verdict: a verdict lives as long as its connection. */
  const results = new WeakMap<ChainVerdict, { readonly result: AuthenticationResult }>();
  const answer = (verdict: ChainVerdict): AuthenticationResult => {
    const known = results.get(verdict);
    if (known) return known.result;
    const result = resultOf(verdict);
    results.set(verdict, { result });
    return result;
  };
  return {
    authenticate({ certificates }) {
      if (certificates.length === 0) return undefined;
      const verdict = verify(certificates);
      return verdict instanceof Promise ? verdict.then(answer) : answer(verdict);
    },
  };
}

function resultOf(verdict: ChainVerdict): AuthenticationResult {
  if ('problem' in verdict) return { invalid: `x509: ${verdict.problem}` };
  const fingerprint = verdict.path[0]!.fingerprint256.replaceAll(':', '').toLowerCase();
  const user = userOf(verdict.subject, fingerprint);
  if (typeof user === 'string') return { invalid: `x509: ${user}` };
  return user && { user };
}
