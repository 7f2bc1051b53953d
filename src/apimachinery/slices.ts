import { type Clock, nextTurn } from './clock.ts';
import { createTurnBudget } from './turn-budget.ts';

/** Starts tasks in order, in slices, so that however many there are at once they do not hold the event loop. */
export interface Slices {
  /** Starts the task now, or soon when others wait or this turn of the event loop has been long enough. */
  start(task: () => void): void;
  /** Starts all that still wait. */
  finish(): void;
}

/** With a clock that stands still everything that is asked for in one turn of the event loop is started in it. */
export function createSlices(clock: Pick<Clock, 'monotonicMs'>): Slices {
  const waiting = new Set<() => void>();
  const isTurnOver = createTurnBudget(clock);
  let draining = false;

  const drain = async () => {
    for (const task of waiting) {
      while (isTurnOver()) await new Promise<void>(nextTurn);
      // It may have been started by `finish` meanwhile.
      if (!waiting.delete(task)) continue;
      task();
      // Lets what has been started so far go on, so that its time is counted, too.
      await undefined;
    }
    draining = false;
  };
  return {
    start(task) {
      waiting.add(task);
      if (draining) return;
      draining = true;
      void drain();
    },
    finish() {
      for (const task of waiting) {
        waiting.delete(task);
        task();
      }
    },
  };
}
