import { tooManyRequestsText } from '../../apimachinery/status.ts';
import { isLongRunning } from '../deadlines.ts';
import type { Step } from './step.ts';

/** A seat, at once when one is free, or 429. Of what lasts as long as its client wants, only watches need one, to begin. */
export const flowControl: Step = {
  name: 'flow control',
  run: ({ flowControl: control }, request) => {
    if (isLongRunning(request.info) && request.info.verb !== 'watch') return;
    const seat = control.enter(request);
    request.seat = seat;
    const { retryAfterSeconds, waiting } = seat;
    if (retryAfterSeconds === undefined) return waiting;
    const refusal = tooManyRequestsText(retryAfterSeconds);
    if (!waiting) throw refusal;
    return waiting.then(() => Promise.reject(refusal));
  },
};
