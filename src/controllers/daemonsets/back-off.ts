import type { Clock } from '../../apimachinery/clock.ts';

const firstMs = 1_000;
const longestMs = 15 * 60_000;
/** Keys that are remembered; those of long ago are forgotten first. */
const maxRemembered = 10_000;

/** How long something that failed has to wait before it is tried again: longer each time, unless it went well for long. */
export interface BackOff {
  /** Milliseconds that are left; 0 or less when it may be tried. */
  readonly leftMs: (key: string) => number;
  /** It is tried now. */
  readonly tried: (key: string) => void;
}

export function createBackOff(clock: Clock): BackOff {
  const tries = new Map<string, { readonly atMs: number; readonly delayMs: number }>();
  return {
    leftMs(key) {
      const last = tries.get(key);
      return last ? last.atMs + last.delayMs - clock.now() : 0;
    },
    tried(key) {
      const nowMs = clock.now();
      const last = tries.get(key);
      const isRecent = last !== undefined && nowMs - last.atMs <= 2 * longestMs;
      tries.delete(key);
      tries.set(key, { atMs: nowMs, delayMs: isRecent ? Math.min(last.delayMs * 2, longestMs) : firstMs });
      if (tries.size > maxRemembered) tries.delete(tries.keys().next().value!);
    },
  };
}
