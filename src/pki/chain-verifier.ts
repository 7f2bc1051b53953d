import type { X509Certificate } from 'node:crypto';
import type { Clock } from '../apimachinery/clock.ts';
import type { ChainVerdict, Trust } from './verify-chain.ts';

/** Judges the certificates that one connection presented; answers at once what it has found out before. */
export type ChainVerifier = (presented: readonly X509Certificate[]) => ChainVerdict | Promise<ChainVerdict>;

interface Known {
  readonly trust: Trust;
  readonly verdict: ChainVerdict;
  readonly untilMs: number;
}

/** How long a refusal is believed: a certificate that is not valid yet becomes so. */
const refusalMs = 1_000;

/**
 * A verifier that remembers its verdict for as long as the connection has the same list of certificates, `trust` answers the
 * same value, and nothing in the chain runs out. What reads certificates is loaded with the first one.
 */
export function createChainVerifier(trust: () => Trust, clock: Clock): ChainVerifier {
  const known = new WeakMap<readonly X509Certificate[], Known>();
  const find = async (presented: readonly X509Certificate[]): Promise<ChainVerdict> => {
    const { verifyChain } = await import('./verify-chain.ts');
    const believed = trust();
    const verdict = await verifyChain(presented, believed, clock.now());
    const untilMs = 'path' in verdict ? verdict.untilMs : clock.now() + refusalMs;
    known.set(presented, { trust: believed, verdict, untilMs });
    return verdict;
  };
  return (presented) => {
    const before = known.get(presented);
    if (before && before.trust === trust() && clock.now() <= before.untilMs) return before.verdict;
    return find(presented);
  };
}
