import type { Clock } from '../../apimachinery/clock.ts';
import type { Attributes } from '../types.ts';
import type { ReviewStatus } from './access-review.ts';

/** Answers of one webhook that are kept; the one that was not used for longest goes first. */
export const maxKeptVerdicts = 8_192;
/** A request whose attributes are longer together is asked about each time; characters. */
export const maxKeptAttributes = 10_000;

/** Answers by question, for as long as their times to live. */
export interface VerdictCache {
  get(question: string): ReviewStatus | undefined;
  put(question: string, status: ReviewStatus, ttlMs: number): void;
}

export function verdictCache(clock: Clock): VerdictCache {
  const kept = new Map<string, { readonly status: ReviewStatus; readonly untilMs: number }>();
  return {
    get(question) {
      const found = kept.get(question);
      if (!found) return undefined;
      kept.delete(question);
      if (found.untilMs <= clock.monotonicMs()) return undefined;
      // Behind everything else again.
      kept.set(question, found);
      return found.status;
    },
    put(question, status, ttlMs) {
      if (ttlMs <= 0) return;
      kept.delete(question);
      kept.set(question, { status, untilMs: clock.monotonicMs() + ttlMs });
      if (kept.size > maxKeptVerdicts) kept.delete(kept.keys().next().value!);
    },
  };
}

/** Senders choose these texts: a few long ones must not fill the memory. */
export function isKept({
  namespace,
  verb,
  group,
  version,
  resource,
  subresource,
  name,
  path,
}: Attributes): boolean {
  const parts = [namespace, verb, group, version, resource, subresource, name, path];
  return parts.reduce((length, part) => length + part.length, 0) < maxKeptAttributes;
}
