import { type Call, type History, revisionsOf } from '../history.ts';

/** How the calls lie in time, on the line of revisions. */
export interface Times {
  /** The newest revision that anybody had been told of when a call or watch began: nothing older may be answered to it. */
  floor(of: { readonly id: number }): number;
  /** The call that is visited has seen the state of that revision at least: none that begins later may see an older one. */
  saw(revision: number): void;
  /** The newest revision that can have existed at `at`: one less than that of any write that began later. */
  ceiling(at: number): number;
}

/**
 * Goes through the history once, in the order of time. `visit` is called for each call when it is answered, with everything before it
 * visited: it says what the call must have seen.
 */
export function sweep(
  { calls, watches }: History,
  /** The revision of each write that is known to have happened. */
  revisionOf: (call: Call) => number | undefined,
  visit: (call: Call, times: Times) => void,
): Times {
  type Step = { readonly at: number; readonly run: () => void };
  const floors = new Map<number, number>();
  let newest = 0;
  const lift = (revision: number) => void (newest = Math.max(newest, revision));

  const begun = calls
    .flatMap((call) => {
      const revision = revisionOf(call);
      return revision === undefined ? [] : [{ at: call.invoked, revision }];
    })
    .sort((left, right) => left.at - right.at);
  const least = new Array<number>(begun.length + 1).fill(Number.POSITIVE_INFINITY);
  for (let i = begun.length - 1; i >= 0; i--) least[i] = Math.min(least[i + 1]!, begun[i]!.revision);

  const times: Times = {
    floor: ({ id }) => floors.get(id) ?? 0,
    saw: lift,
    ceiling(at) {
      let [low, high] = [0, begun.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (begun[middle]!.at <= at) low = middle + 1;
        else high = middle;
      }
      return least[low]! - 1;
    },
  };

  const steps: Step[] = [];
  for (const call of calls) {
    steps.push({ at: call.invoked, run: () => void floors.set(call.id, newest) });
    if (call.completed !== undefined)
      steps.push({
        at: call.completed,
        run() {
          visit(call, times);
          for (const revision of revisionsOf(call.outcome)) lift(revision);
        },
      });
  }
  for (const { id, opened, items } of watches) {
    steps.push({ at: opened, run: () => void floors.set(id, newest) });
    for (const { at, revision } of items) steps.push({ at, run: () => lift(revision) });
  }
  steps.sort((left, right) => left.at - right.at);
  for (const { run } of steps) run();
  return times;
}
