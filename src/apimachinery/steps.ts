import { nextTurn } from './clock.ts';

/** Work that can be left alone for a while wherever it yields. */
export type Steps<T> = Generator<void, T>;

/** Does all of the work now. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Does one step in a turn of the event loop, so that others are served in between. Rejects with what a step throws. */
export async function finishInTurns<T>(steps: Steps<T>): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await new Promise<void>(nextTurn);
  }
}
