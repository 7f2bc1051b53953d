/** A token bucket as a value. */
export interface TokenBucket {
  /** Below 0: tokens taken on credit. */
  readonly tokens: number;
  /** Monotonic milliseconds of that count. */
  readonly atMs: number;
}

/** `qps` tokens come back a second, up to `burst`. */
export interface BucketRate {
  readonly qps: number;
  readonly burst: number;
}

export const fullBucket = ({ burst }: BucketRate, nowMs: number): TokenBucket => ({
  tokens: burst,
  atMs: nowMs,
});

/** The bucket as it is now. */
export const refilled = (
  { tokens, atMs }: TokenBucket,
  { qps, burst }: BucketRate,
  nowMs: number,
): TokenBucket => ({
  tokens: Math.min(burst, tokens + ((nowMs - atMs) / 1000) * qps),
  atMs: nowMs,
});

/** Takes a token, on credit if need be; `waitMs` is when it is really there. */
export function takeToken(bucket: TokenBucket, rate: BucketRate, nowMs: number) {
  const { tokens } = refilled(bucket, rate, nowMs);
  const left = tokens - 1;
  return { bucket: { tokens: left, atMs: nowMs }, waitMs: left >= 0 ? 0 : (-left / rate.qps) * 1000 };
}
