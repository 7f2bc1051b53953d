import type { Clock } from '../../apimachinery/clock.ts';
import {
  type BucketRate,
  fullBucket,
  refilled,
  type TokenBucket,
  takeToken,
} from '../../apimachinery/token-bucket.ts';

export interface BucketOptions extends BucketRate {
  /** Buckets that are kept; the one that was not used for longest goes, and is full when it comes back. */
  readonly maxBuckets: number;
}

/** One token bucket for each key. */
export interface Buckets {
  /** Takes a token; false when there is none. */
  take(key: string): boolean;
}

export function createBuckets(clock: Clock, { maxBuckets, ...rate }: BucketOptions): Buckets {
  /** Least recently used first. */
  const buckets = new Map<string, TokenBucket>();
  return {
    take(key) {
      const nowMs = clock.monotonicMs();
      const bucket = refilled(buckets.get(key) ?? fullBucket(rate, nowMs), rate, nowMs);
      const isThere = bucket.tokens >= 1;
      buckets.delete(key);
      buckets.set(key, isThere ? takeToken(bucket, rate, nowMs).bucket : bucket);
      if (buckets.size > maxBuckets) buckets.delete(buckets.keys().next().value!);
      return isThere;
    },
  };
}
