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
    if (seat.retryAfterSeconds !== undefined) throw tooManyRequestsText(seat.retryAfterSeconds);
    return seat.waiting;
  },
};
