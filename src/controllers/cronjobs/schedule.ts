import { Cron } from 'croner';
import { parseGoDuration } from '../../apimachinery/duration.ts';

/** When something is to happen. */
export interface Schedule {
  /** The first time after `ms`, in milliseconds since the epoch; undefined when there is none. */
  next(ms: number): number | undefined;
}

const every = '@every ';

/**
 * Reads a schedule that validation has let through: five fields, `@hourly` and the like, or `@every <duration>`. Without a time zone it
 * is in UTC. Throws an Error when it cannot be read.
 */
export function parseSchedule(text: string, timeZone = 'UTC'): Schedule {
  if (text.startsWith(every)) {
    const periodMs = Math.max(parseGoDuration(text.slice(every.length)), 1000);
    const secondsMs = periodMs - (periodMs % 1000);
    return { next: (ms) => ms - (ms % 1000) + secondsMs };
  }
  const cron = new Cron(text, { timezone: timeZone, paused: true, sloppyRanges: true });
  return { next: (ms) => cron.nextRun(new Date(ms))?.getTime() };
}

export interface Due {
  /** The last time that has passed; undefined when none has. */
  readonly atMs: number | undefined;
  /** More than a hundred times have passed: clocks may be wrong. */
  readonly tooMany: boolean;
}

const manyMissed = 100;

/** What is due of a schedule that was last followed at `sinceMs`. Throws an Error for one that goes nowhere. */
export function dueSince(schedule: Schedule, sinceMs: number, nowMs: number): Due {
  const first = schedule.next(sinceMs);
  if (first === undefined || first > nowMs) return { atMs: undefined, tooMany: false };
  const second = schedule.next(first);
  if (second === undefined || second > nowMs) return { atMs: first, tooMany: false };
  const period = second - first;
  if (period < 1000) throw new Error('time difference between two schedules is less than 1 second');
  const missed = Math.trunc((nowMs - first) / period) + 1;
  // Most of what was missed is skipped; schedules need not be regular, so the rest is gone through.
  let at: number | undefined = first + (missed - 2) * period;
  let last: number | undefined;
  for (at = schedule.next(at); at !== undefined && at <= nowMs; at = schedule.next(at)) last = at;
  return { atMs: last ?? first, tooMany: missed > manyMissed };
}
