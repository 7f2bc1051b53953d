import type { Clock, Timer } from '../apimachinery/clock.ts';
import { createTurnBudget } from '../apimachinery/turn-budget.ts';
import type { Activity } from './activity.ts';

export interface WorkQueue {
  /** A key that waits already is not added twice; one that is being worked on is worked on again afterwards. */
  add(key: string): void;
  /** Adds the key after `delayMs`, unless it is added before by an earlier call of this kind. */
  addAfter(key: string, delayMs: number): void;
  /** Takes back what `addAfter` promised. */
  cancelAfter(key: string): void;
  /** Nothing is worked on before. */
  start(): void;
  /** Takes no more, and resolves when what is being worked on is done. */
  stop(): Promise<void>;
}

export interface WorkQueueOptions {
  readonly clock: Clock;
  readonly activity: Activity;
  /** Keys worked on at the same time; never the same key twice. */
  readonly workers: number;
  /** A rejection brings the key back later, and later each time. */
  readonly work: (key: string) => Promise<void>;
  /** Told of a rejection; true: the key is not brought back. */
  readonly onFailure: (key: string, error: unknown, failures: number) => boolean;
  /** Longest time until a key is brought back, in milliseconds. */
  readonly maxRetryMs?: number;
}

/** client-go's `DefaultTypedControllerRateLimiter`, without its limit over all keys. */
const firstRetryMs = 5;
const longestRetryMs = 1_000_000;

const retryDelayMs = (failures: number): number => firstRetryMs * 2 ** (failures - 1);

/** Keys to work on: first come, first served, each once however often it was added meanwhile. */
export function createWorkQueue(options: WorkQueueOptions): WorkQueue {
  const { clock, activity, workers, work, onFailure, maxRetryMs = longestRetryMs } = options;
  const waiting = new Set<string>();
  const working = new Set<string>();
  /** Added while being worked on. */
  const again = new Set<string>();
  const failures = new Map<string, number>();
  const delays = createDelays(clock, (key) => add(key));
  // Work that waits for nothing would go from key to key and hold the event loop for all of them.
  const isTurnOver = createTurnBudget(clock, () => pump());
  let started = false;
  let stopped = false;
  let onIdle: (() => void) | undefined;

  const add = (key: string) => {
    if (stopped || waiting.has(key)) return;
    if (working.has(key)) {
      again.add(key);
      return;
    }
    waiting.add(key);
    // Before the start it is what is waited for that counts: it may never come.
    if (started) activity.begin();
    pump();
  };
  const pump = () => {
    if (!started || stopped) return;
    for (const key of waiting) {
      if (working.size >= workers || isTurnOver()) return;
      waiting.delete(key);
      working.add(key);
      void run(key);
    }
  };
  const run = async (key: string) => {
    try {
      await work(key);
      failures.delete(key);
    } catch (error) {
      retry(key, error, (failures.get(key) ?? 0) + 1);
    }
    working.delete(key);
    if (again.delete(key)) add(key);
    activity.end();
    pump();
    if (working.size === 0) onIdle?.();
  };
  const retry = (key: string, error: unknown, count: number) => {
    if (onFailure(key, error, count)) failures.delete(key);
    else {
      failures.set(key, count);
      addAfter(key, Math.min(retryDelayMs(count), maxRetryMs));
    }
  };
  const addAfter = (key: string, delayMs: number) => {
    if (stopped) return;
    if (delayMs <= 0) add(key);
    else delays.set(key, delayMs);
  };
  return {
    add,
    addAfter,
    cancelAfter: delays.cancel,
    start() {
      if (started || stopped) return;
      started = true;
      for (const _ of waiting) activity.begin();
      pump();
    },
    async stop() {
      stopped = true;
      delays.cancelAll();
      for (const _ of started ? waiting : []) activity.end();
      waiting.clear();
      again.clear();
      if (working.size > 0) await new Promise<void>((resolve) => (onIdle = resolve));
    },
  };
}

/** Keys that come later; of several times for one key the earliest counts. */
function createDelays(clock: Clock, onDue: (key: string) => void) {
  const timers = new Map<string, { readonly timer: Timer; readonly dueMs: number }>();
  const cancel = (key: string) => {
    timers.get(key)?.timer.cancel();
    timers.delete(key);
  };
  return {
    set(key: string, delayMs: number) {
      // The wall clock may be set while a key waits.
      const dueMs = clock.monotonicMs() + delayMs;
      if ((timers.get(key)?.dueMs ?? Number.POSITIVE_INFINITY) <= dueMs) return;
      cancel(key);
      const timer = clock.setTimer(delayMs, () => {
        timers.delete(key);
        onDue(key);
      });
      timers.set(key, { timer, dueMs });
    },
    cancel,
    cancelAll() {
      for (const key of [...timers.keys()]) cancel(key);
    },
  };
}
