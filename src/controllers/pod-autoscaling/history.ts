/** What an autoscaler wanted, and when. */
export interface Recommendation {
  readonly replicas: number;
  readonly atMs: number;
}

/** By how many replicas it changed its target, and when. */
export interface Change {
  readonly by: number;
  readonly atMs: number;
}

/**
 * What is remembered of an autoscaler. A restart forgets it, as it does with kube-controller-manager: the first recommendation is
 * then what is there.
 */
export interface History {
  readonly recommendations: readonly Recommendation[];
  readonly growths: readonly Change[];
  readonly shrinkages: readonly Change[];
}

/** The longest stabilization window and the longest policy period that validation lets through. */
const longestMs = 3_600_000;

export const beginning = (replicas: number, atMs: number): History => ({
  recommendations: [{ replicas, atMs }],
  growths: [],
  shrinkages: [],
});

/** Forgets what nothing asks for any more. */
const recent = <T extends { readonly atMs: number }>(all: readonly T[], nowMs: number): readonly T[] =>
  all.filter(({ atMs }) => atMs >= nowMs - longestMs);

export const recommended = (history: History, replicas: number, atMs: number): History => ({
  ...history,
  recommendations: [...recent(history.recommendations, atMs), { replicas, atMs }],
});

export function changed(history: History, from: number, to: number, atMs: number): History {
  const change = { by: Math.abs(to - from), atMs };
  return to > from
    ? { ...history, growths: [...recent(history.growths, atMs), change] }
    : { ...history, shrinkages: [...recent(history.shrinkages, atMs), change] };
}

/** How many replicas came or went in the last `periodSeconds`. */
export const changeWithin = (changes: readonly Change[], periodSeconds: number, nowMs: number): number =>
  changes.reduce((sum, { by, atMs }) => (atMs > nowMs - periodSeconds * 1000 ? sum + by : sum), 0);
