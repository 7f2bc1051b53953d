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

/** Chains whose good verdict is kept beyond their connection, for the next one of the same client. */
const maxKnownChains = 1_000;
/** How long a refusal is believed: a certificate that is not valid yet becomes so. */
const refusalMs = 1_000;

/**
 * A verifier that remembers its verdict for as long as somebody has the same list of certificates, `trust` answers the
 * same value, and nothing in the chain runs out. What reads certificates is loaded with the first one.
 */
export function createChainVerifier(trust: () => Trust, clock: Clock): ChainVerifier {
  const known = new WeakMap<readonly X509Certificate[], Known>();
  /** By everything that was presented; the oldest goes first. */
  const chains = new Map<string, Known>();
  const isGood = (one: Known) => one.trust === trust() && clock.now() <= one.untilMs;
  const find = async (presented: readonly X509Certificate[]): Promise<ChainVerdict> => {
    const { verifyChain } = await import('./verify-chain.ts');
    const believed = trust();
    const verdict = await verifyChain(presented, believed, clock.now());
    const untilMs = 'path' in verdict ? verdict.untilMs : clock.now() + refusalMs;
    const found: Known = { trust: believed, verdict, untilMs };
    known.set(presented, found);
    if ('path' in verdict) {
      if (chains.size >= maxKnownChains) chains.delete(chains.keys().next().value!);
      chains.set(keyOf(presented), found);
    }
    return verdict;
  };
  return (presented) => {
    const before = known.get(presented);
    if (before && isGood(before)) return before.verdict;
    const same = chains.get(keyOf(presented));
    if (!same || !isGood(same)) return find(presented);
    known.set(presented, same);
    return same.verdict;
  };
}

/** SHA-256 of each of them. */
const keyOf = (presented: readonly X509Certificate[]): string =>
  presented.map(({ fingerprint256 }) => fingerprint256).join(' ');
