import type { Clock } from '../../apimachinery/clock.ts';
import type { ReviewStatus } from './plugin.ts';

/** Answers that are remembered; the one that was not used for longest goes first. */
const maxKeptReviews = 1_024;
/** A question that is longer is asked each time; characters. */
const maxKeptQuestionLength = 10_000;

/** Answers by question, for as long as their times to live. */
export interface ReviewCache {
  get(question: string): ReviewStatus | undefined;
  put(question: string, status: ReviewStatus, ttlMs: number): void;
}

export function createReviewCache(clock: Clock): ReviewCache {
  const kept = new Map<string, { readonly status: ReviewStatus; readonly untilMs: number }>();
  return {
    get(question) {
      const found = kept.get(question);
      if (!found) return undefined;
      kept.delete(question);
      if (found.untilMs <= clock.monotonicMs()) return undefined;
      kept.set(question, found);
      return found.status;
    },
    put(question, status, ttlMs) {
      if (ttlMs <= 0 || question.length > maxKeptQuestionLength) return;
      kept.set(question, { status, untilMs: clock.monotonicMs() + ttlMs });
      if (kept.size > maxKeptReviews) kept.delete(kept.keys().next().value!);
    },
  };
}
