/** One priority level that wants a part of the seats. */
export interface Claim {
  readonly lower: number;
  /** At least `lower`. */
  readonly upper: number;
  /** At least `lower`. */
  readonly target: number;
}

/** A level that wants nothing still counts a little, so that proportions mean something. */
const minTarget = 0.001;

/** Parts that add up to what was there, and the proportion of its target that each got unless a bound came first. */
export interface Allocation {
  readonly parts: readonly number[];
  readonly fairFraction: number;
}

/**
 * Divides `sum` so that every claim gets the same fraction of its target, or the bound that it hits first. Undefined when
 * the bounds do not allow that sum.
 *
 * With a higher fraction no part gets smaller. So the fraction is found from one bound to the next: between two
 * neighbouring ones, what is given out is a straight line. Example: 10 among targets 1 and 4 with bounds 0 to 100: fraction
 * 2, parts 2 and 8; were the second bounded by 6: fraction 4, parts 4 and 6.
 */
export function allocate(sum: number, claims: readonly Claim[]): Allocation | undefined {
  const targets = claims.map(({ target }) => Math.max(target, minTarget));
  const partsAt = (fraction: number) =>
    claims.map(({ lower, upper }, i) => Math.min(upper, Math.max(lower, fraction * targets[i]!)));
  const total = (parts: readonly number[]) => parts.reduce((a, b) => a + b, 0);

  const bends = claims
    .flatMap(({ lower, upper }, i) => [lower / targets[i]!, upper / targets[i]!])
    .sort((a, b) => a - b);
  if (claims.length === 0 || total(partsAt(0)) > sum + epsilon) return undefined;
  // The first bend at which enough would be given out.
  let from = 0;
  let to = bends.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (total(partsAt(bends[middle]!)) >= sum) to = middle;
    else from = middle + 1;
  }
  const below = from === 0 ? 0 : bends[from - 1]!;
  const given = total(partsAt(below));
  if (from === bends.length) {
    return given >= sum - epsilon ? { parts: partsAt(below), fairFraction: below } : undefined;
  }
  const bend = bends[from]!;
  const upTo = total(partsAt(bend));
  const fairFraction = upTo === given ? bend : below + ((sum - given) / (upTo - given)) * (bend - below);
  return { parts: partsAt(fairFraction), fairFraction };
}

/** What sums may miss because of rounding. */
const epsilon = 1e-7;
