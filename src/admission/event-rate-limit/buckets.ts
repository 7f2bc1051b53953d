import type { Clock } from '../../apimachinery/clock.ts';

export interface BucketOptions {
  /** Tokens that come back per second. */
  readonly qps: number;
  /** Tokens of a full bucket. */
  readonly burst: number;
  /** Buckets that are kept; the one that was not used for longest goes, and is full when it comes back. */
  readonly maxBuckets: number;
}

/** One token bucket for each key. */
export interface Buckets {
  /** Takes a token; false when there is none. */
  take(key: string): boolean;
}

interface Bucket {
  tokens: number;
  filledMs: number;
}

export function createBuckets(clock: Clock, { qps, burst, maxBuckets }: BucketOptions): Buckets {
  /** Least recently used first. */
  const buckets = new Map<string, Bucket>();
  return {
    take(key) {
      const nowMs = clock.monotonicMs();
      const bucket = buckets.get(key) ?? { tokens: burst, filledMs: nowMs };
      buckets.delete(key);
      buckets.set(key, bucket);
      if (buckets.size > maxBuckets) buckets.delete(buckets.keys().next().value!);
      bucket.tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.filledMs) / 1000) * qps);
      bucket.filledMs = nowMs;
      if (bucket.tokens < 1) return false;
      bucket.tokens -= 1;
      return true;
    },
  };
}
