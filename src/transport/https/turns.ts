import { type Clock, nextTurn } from '../../apimachinery/clock.ts';

/**
 * Starts a task now, or soon when this turn of the event loop has been long enough. Those of one `source` in order; sources
 * take turns.
 */
export type Turns = (source: object, task: () => void) => void;

/** Milliseconds of started requests before the event loop gets its turn. */
const sliceMs = 2;

/**
 * A thousand clients that come back at once (after a restart, say) are served in slices, so that those who are already
 * there, and health checks, are not kept waiting for all of them. Nor is a connection by the hundreds of requests that another
 * one sent in one piece.
 */
export function createTurns(clock: Clock): Turns {
  /** In the order in which they are served; tasks in order of arrival. */
  const waiting = new Map<object, Set<() => void>>();
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
    for (const [source, tasks] of waiting) {
      if (isOver()) await new Promise<void>(nextTurn);
      const task = tasks.values().next().value!;
      tasks.delete(task);
      waiting.delete(source);
      // At the end, where the loop comes to it again.
      if (tasks.size > 0) waiting.set(source, tasks);
      task();
      // Lets what has been started so far go on, so that its time is counted, too.
      await undefined;
    }
    draining = false;
  };
  return (source, task) => {
    if (!draining && !isOver()) return task();
    const tasks = waiting.get(source);
    if (tasks) tasks.add(task);
    else waiting.set(source, new Set([task]));
    if (draining) return;
    draining = true;
    void drain();
  };
}
