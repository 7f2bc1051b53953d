import { tooManyRequests } from '../../apimachinery/status.ts';

/** Hashings at the same time: each takes a thread of the few that the runtime has, and much memory. */
const maxHashings = 2;
/** Checks that wait for their turn. */
const maxWaitingHashings = 64;
const retryAfterSeconds = 1;

/** Runs tasks, a few at a time, in order. Throws a 429 when too many wait already. */
export function createTurns(): <T>(task: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (running >= maxHashings) {
      if (waiting.length >= maxWaitingHashings) {
        throw tooManyRequests('too many passwords are being checked', retryAfterSeconds);
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running++;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
