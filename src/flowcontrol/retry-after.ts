/** How long those who are refused are told to stay away. One for each priority level. */
export interface RetryAfter {
  seconds: number;
  /** Second, since whenever the clock began, of the last refusal; and how many there were in it. */
  second: number;
  count: number;
  raisedAt: number;
  readonly history: { readonly second: number; readonly count: number }[];
}

const maxSeconds = 32;
/** Refusals for each second of the present answer that double it. */
const doubledFrom = 3;

export const newRetryAfter = (): RetryAfter => ({
  seconds: 1,
  second: Number.NEGATIVE_INFINITY,
  count: 0,
  raisedAt: Number.NEGATIVE_INFINITY,
  history: [],
});

/**
 * Notes a refusal. Once in a second with any, looks back as far as it tells others to wait: many refusals double that time,
 * few shorten it by a second (`droppedRequestsTracker`).
 */
export function noteRefusal(state: RetryAfter, nowMs: number): void {
  const second = Math.floor(nowMs / 1000);
  if (second === state.second) {
    state.count++;
    return;
  }
  const { history } = state;
  if (state.count > 0) history.push({ second: state.second, count: state.count });
  const keptSeconds = Math.min(2 * state.seconds, maxSeconds);
  while (history.length > 0 && state.second - history[0]!.second > keptSeconds) history.shift();
  state.second = second;
  state.count = 1;
  adjust(state, second);
}

function adjust(state: RetryAfter, second: number): void {
  const { seconds } = state;
  let refused = 0;
  for (const past of state.history) if (second - past.second <= seconds) refused += past.count;
  if (second - state.raisedAt >= seconds && refused >= doubledFrom * seconds) {
    state.seconds = Math.min(seconds * 2, maxSeconds);
    state.raisedAt = second;
  } else if (refused < seconds && seconds > 1) state.seconds--;
}
