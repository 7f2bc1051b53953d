import { type Clock, nextTurn } from './clock.ts';

/** Milliseconds of work before the event loop gets its turn. */
const sliceMs = 8;

/**
 * Says, each time it is asked, whether the present turn of the event loop has been long enough, counted from the first time it was
 * asked in it. When it was, `resume` is called in the next one, for what was left. With a clock that stands still no turn is ever
 * over.
 */
export function createTurnBudget(
  clock: Pick<Clock, 'monotonicMs'>,
  resume: () => void = () => {},
): () => boolean {
  let endsMs: number | undefined;
  let isOver = false;
  const begin = () => {
    const wasOver = isOver;
    endsMs = undefined;
    isOver = false;
    if (wasOver) resume();
  };
  return () => {
    const nowMs = clock.monotonicMs();
    if (endsMs === undefined) {
      endsMs = nowMs + sliceMs;
      nextTurn(begin);
    }
    isOver ||= nowMs > endsMs;
    return isOver;
  };
}
