import { type Clock, nextTurn } from '../../apimachinery/clock.ts';

/** Starts a task now, or soon when this turn of the event loop has been long enough. In order. */
export type Turns = (task: () => void) => void;

/** Milliseconds of started requests before the event loop gets its turn. */
const sliceMs = 8;

/**
 * A thousand clients that come back at once (after a restart, say) are served in slices, so that those who are already
 * there, and health checks, are not kept waiting for all of them.
 */
export function createTurns(clock: Clock): Turns {
  const waiting = new Set<() => void>();
  let turnStartMs: number | undefined;
  let draining = false;

  const isOver = (): boolean => {
    const now = clock.monotonicMs();
    if (turnStartMs === undefined) {
      turnStartMs = now;
      nextTurn(() => {
        turnStartMs = undefined;
      });
    }
    return now - turnStartMs > sliceMs;
  };
  const drain = async () => {
    for (const task of waiting) {
      if (isOver()) await new Promise<void>(nextTurn);
      waiting.delete(task);
      task();
      // Lets what has been started so far go on, so that its time is counted, too.
      await undefined;
    }
    draining = false;
  };
  return (task) => {
    if (!draining && !isOver()) return task();
    waiting.add(task);
    if (draining) return;
    draining = true;
    void drain();
  };
}
