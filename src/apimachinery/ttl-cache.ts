import type { Clock } from './clock.ts';

/** Values by key, each for as long as its time to live. */
export interface TtlCache<T> {
  get(key: string): T | undefined;
  /** Nothing is kept for no time. */
  put(key: string, value: T, ttlMs: number): void;
}

/** Holds at most `maxEntries`; the one that was not used for longest goes first. */
export function ttlCache<T>(clock: Clock, maxEntries: number): TtlCache<T> {
  const kept = new Map<string, { readonly value: T; readonly untilMs: number }>();
  return {
    get(key) {
      const found = kept.get(key);
      if (!found) return undefined;
      kept.delete(key);
      if (found.untilMs <= clock.monotonicMs()) return undefined;
      // Behind everything else again.
      kept.set(key, found);
      return found.value;
    },
    put(key, value, ttlMs) {
      if (ttlMs <= 0) return;
      kept.delete(key);
      kept.set(key, { value, untilMs: clock.monotonicMs() + ttlMs });
      if (kept.size > maxEntries) kept.delete(kept.keys().next().value!);
    },
  };
}
