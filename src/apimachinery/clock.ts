import { createHeap } from './heap.ts';

/** A pending timer. `cancel` is idempotent and safe after the timer fired. */
export interface Timer {
  cancel(): void;
}

/**
 * The only source of time in the house. Passed as an argument to whatever needs it; the real one is made by
 * `server.ts`, tests pass a virtual one.
 */
export interface Clock {
  /** Wall clock, milliseconds since the Unix epoch. */
  now(): number;
  /** Monotonic milliseconds with a fraction, for measuring durations. */
  monotonicMs(): number;
  /** Calls `callback` once after `delayMs` (clamped to at least 0). A pending timer does not keep the process alive. */
  setTimer(delayMs: number, callback: () => void): Timer;
}

const maxTimerMs = 2 ** 31 - 1;

export const realClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer(delayMs, callback) {
    const handle = setTimeout(callback, Math.min(Math.max(delayMs, 0), maxTimerMs));
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};

/** A clock that stands still until told to move. Timers fire in order of their due time, ties in order of creation. */
export interface VirtualClock extends Clock {
  /** Moves time forward, firing what falls due on the way; each timer sees `now()` equal to its own due time. */
  advance(byMs: number): void;
  /**
   * Moves time forward at once, and then fires what has fallen due, in order; each timer sees the new time, and one that sets
   * itself again fires only once. For going over a long time in which nothing happens but what happens again and again.
   */
  jump(byMs: number): void;
  /** Due time in milliseconds since the epoch of the next timer, or undefined when none is pending. */
  nextTimerAt(): number | undefined;
}

interface VirtualTimer {
  readonly dueMs: number;
  readonly sequence: number;
  readonly callback: () => void;
}

export function virtualClock(startMs = Date.UTC(2026, 0, 1)): VirtualClock {
  let nowMs = startMs;
  let sequence = 0;
  const timers = createHeap<VirtualTimer>((a, b) =>
    a.dueMs === b.dueMs ? a.sequence < b.sequence : a.dueMs < b.dueMs,
  );

  return {
    now: () => nowMs,
    monotonicMs: () => nowMs - startMs,
    setTimer(delayMs, callback) {
      const timer = { dueMs: nowMs + Math.max(delayMs, 0), sequence: sequence++, callback };
      timers.push(timer);
      return { cancel: () => void timers.remove(timer) };
    },
    advance(byMs) {
      const endMs = nowMs + byMs;
      for (let timer = timers.peek(); timer && timer.dueMs <= endMs; timer = timers.peek()) {
        timers.pop();
        nowMs = Math.max(nowMs, timer.dueMs);
        timer.callback();
      }
      nowMs = endMs;
    },
    jump(byMs) {
      nowMs += byMs;
      const made = sequence;
      for (let timer = timers.peek(); timer && timer.dueMs <= nowMs; timer = timers.peek()) {
        if (timer.sequence >= made) break;
        timers.pop();
        timer.callback();
      }
    },
    nextTimerAt: () => timers.peek()?.dueMs,
  };
}

/** Resolves after `delayMs` on the given clock. */
export function delay(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => clock.setTimer(delayMs, resolve));
}

/** RFC 3339 in UTC with seconds, the form of `metav1.Time` on the wire. */
export function formatTime(epochMs: number): string {
  const second = Math.floor(epochMs / 1000);
  if (second !== lastSecond) {
    lastText = `${new Date(second * 1000).toISOString().slice(0, 19)}Z`;
    lastSecond = second;
  }
  return lastText;
}

/** What was formatted last: many objects are written in the same second. */
let lastSecond = Number.NaN;
let lastText = '';

/** RFC 3339 in UTC with six decimals, the form of `metav1.MicroTime` on the wire. `micros`: beyond the millisecond, 0 to 999. */
export function formatMicroTime(epochMs: number, micros = 0): string {
  return `${new Date(epochMs).toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
}

/** Milliseconds since the epoch of an RFC 3339 text, or NaN when it is none. */
export function parseTime(text: string): number {
  return /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
}

/** Milliseconds of what `nextTurn` runs before the event loop looks at input and output again. */
const turnMs = 8;

const waiting: (() => void)[] = [];
/** Place in `waiting` of what is next. */
let next = 0;
/** Undefined as long as nothing was run in this turn. */
let turnEndsMs: number | undefined;

/**
 * Runs `callback` after the input and output that is waiting now: how long work is cut into slices. Everybody's callbacks are run in
 * the order in which they were given, each after the microtasks of the one before; what does not fit into a turn of the event loop
 * is left for the one after it.
 */
export function nextTurn(callback: () => void): void {
  waiting.push(callback);
  setImmediate(runNext);
}

/** Is called as often as callbacks wait: whether one is run now depends on the machine, which one it is does not. */
function runNext(): void {
  const nowMs = performance.now();
  if (turnEndsMs === undefined) {
    turnEndsMs = nowMs + turnMs;
    setImmediate(beginTurn);
  }
  if (nowMs > turnEndsMs) {
    setImmediate(runNext);
    return;
  }
  const callback = waiting[next++]!;
  // Copying is paid for by what was run.
  if (next * 2 > waiting.length) {
    waiting.splice(0, next);
    next = 0;
  }
  callback();
}

function beginTurn(): void {
  turnEndsMs = undefined;
}
