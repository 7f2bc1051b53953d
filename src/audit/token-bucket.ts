/** A token bucket as a value: `qps` tokens a second, `burst` at most. */
export interface TokenBucket {
  readonly tokens: number;
  readonly atMs: number;
}

export const fullBucket = (burst: number, nowMs: number): TokenBucket => ({ tokens: burst, atMs: nowMs });

/** Takes one token, on credit if need be; `waitMs` is when it is really there. */
export function takeToken(
  { tokens, atMs }: TokenBucket,
  { qps, burst }: { readonly qps: number; readonly burst: number },
  nowMs: number,
): { readonly bucket: TokenBucket; readonly waitMs: number } {
  const left = Math.min(burst, tokens + ((nowMs - atMs) / 1000) * qps) - 1;
  return { bucket: { tokens: left, atMs: nowMs }, waitMs: left >= 0 ? 0 : (-left / qps) * 1000 };
}
