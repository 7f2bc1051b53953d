import type { Clock } from '../../apimachinery/clock.ts';

/** Waits for conditions that come true when something else happens. */
export interface Waiters {
  /** Resolves when `isDone`, or when that takes too long. */
  until(isDone: () => boolean): Promise<void>;
  /** Something has happened: whoever has waited for it goes on. */
  wake(): void;
}

interface Waiter {
  readonly isDone: () => boolean;
  readonly resolve: () => void;
}

export function createWaiters(clock: Clock, timeoutMs: number): Waiters {
  let waiters: Waiter[] = [];
  return {
    until(isDone) {
      if (isDone()) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = clock.setTimer(timeoutMs, () => {
          waiters = waiters.filter((other) => other !== waiter);
          resolve();
        });
        const go = () => {
          timer.cancel();
          resolve();
        };
        const waiter: Waiter = { isDone, resolve: go };
        waiters.push(waiter);
      });
    },
    wake() {
      if (waiters.length === 0) return;
      const done = new Set(waiters.filter(({ isDone }) => isDone()));
      if (done.size === 0) return;
      waiters = waiters.filter((waiter) => !done.has(waiter));
      for (const { resolve } of done) resolve();
    },
  };
}
