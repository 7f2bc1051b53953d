import type { Clock } from '../apimachinery/clock.ts';
import { createHeap } from '../apimachinery/heap.ts';

/** A clock whose timers are work that is still to do, as opposed to upkeep that never ends: heartbeats, renewals, bookmarks. */
export interface WorkClock extends Clock {
  /** Due time of the next piece of work, in milliseconds since the epoch; undefined when there is none. */
  nextWorkAt(): number | undefined;
}

interface Work {
  readonly dueMs: number;
  readonly sequence: number;
}

export function workClock(clock: Clock): WorkClock {
  let sequence = 0;
  const pending = createHeap<Work>((a, b) =>
    a.dueMs === b.dueMs ? a.sequence < b.sequence : a.dueMs < b.dueMs,
  );
  return {
    now: clock.now,
    monotonicMs: clock.monotonicMs,
    setTimer(delayMs, callback) {
      const work = { dueMs: clock.now() + Math.max(delayMs, 0), sequence: sequence++ };
      pending.push(work);
      const timer = clock.setTimer(delayMs, () => {
        pending.remove(work);
        callback();
      });
      return {
        cancel() {
          pending.remove(work);
          timer.cancel();
        },
      };
    },
    nextWorkAt: () => pending.peek()?.dueMs,
  };
}
