import { nextTurn } from './clock.ts';

/** Runs tasks in slices, so that a fan-out to thousands of watchers never holds the event loop. */
export interface Pump {
  /** Whether any task waits. */
  readonly busy: boolean;
  /** Queues a task; one that is queued already is not queued twice. */
  schedule(task: () => void): void;
}

/** Milliseconds of work before the event loop gets its turn. */
const sliceMs = 8;

export function createPump(monotonicMs: () => number): Pump {
  let ready = new Set<() => void>();
  let running = false;
  const run = () => {
    const untilMs = monotonicMs() + sliceMs;
    for (const task of ready) {
      ready.delete(task);
      task();
      if (monotonicMs() > untilMs) break;
    }
    if (ready.size > 0) nextTurn(run);
    else {
      running = false;
      ready = new Set();
    }
  };
  return {
    get busy() {
      return running;
    },
    schedule(task) {
      ready.add(task);
      if (running) return;
      running = true;
      nextTurn(run);
    },
  };
}
