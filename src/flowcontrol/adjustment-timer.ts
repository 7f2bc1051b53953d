import type { Clock, Timer } from '../apimachinery/clock.ts';

/** Time between two adjustments of what levels lend each other. */
const periodMs = 10_000;

/** Runs adjustments while there are requests, and none while there are not. */
export interface AdjustmentTimer {
  /** A request has come. */
  touch(nowMs: number): void;
  stop(): void;
}

/**
 * `adjust` ends a period, before which as many quiet ones went by, and answers whether anything was asked for in it. After
 * a quiet period the timer rests; the next request makes up for what was left out.
 */
export function createAdjustmentTimer(
  clock: Clock,
  adjust: (nowMs: number, quietPeriods: number) => boolean,
): AdjustmentTimer {
  let timer: Timer | undefined;
  let restingSinceMs: number | undefined;
  let stopped = false;

  const arm = () => {
    timer = clock.setTimer(periodMs, () => {
      timer = undefined;
      const nowMs = clock.monotonicMs();
      if (adjust(nowMs, 0)) arm();
      else restingSinceMs = nowMs;
    });
  };
  return {
    touch(nowMs) {
      if (timer || stopped) return;
      const quiet = restingSinceMs === undefined ? 0 : Math.floor((nowMs - restingSinceMs) / periodMs);
      // The adjustment itself is that of the last of them.
      if (quiet > 0) adjust(nowMs, quiet - 1);
      arm();
    },
    stop() {
      stopped = true;
      timer?.cancel();
    },
  };
}
