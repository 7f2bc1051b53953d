import type { Clock } from '../apimachinery/clock.ts';
import { observe } from '../apimachinery/histogram.ts';
import { tooManyRequestsText } from '../apimachinery/status.ts';
import type { Level } from './level.ts';
import { abandon } from './queue-set.ts';
import { noteRefusal } from './retry-after.ts';
import type { FlowTicket } from './ticket.ts';
import type { FlowCall, Rejection } from './types.ts';

/** Requests that wait in all levels together; each queue has the limit of its PriorityLevelConfiguration beside. */
const maxWaitingRequests = 50_000;
/** Nobody waits longer, however long the request itself may take. */
const maxWaitMs = 60_000;
/** Part of the time for a request that it may spend waiting. */
const waitShare = 1 / 4;

export interface WaitingOptions {
  readonly clock: Clock;
  readonly requestTimeoutMs: number;
  /** Called when somebody has left a level, with those who may begin because of it. */
  readonly settle: (level: Level, started: readonly FlowTicket[]) => void;
}

/**
 * Lets tickets wait. The promise resolves when the ticket's `wake` is called; it rejects with 429 when the time is over, or
 * with the reason of the client's signal.
 */
export function createWaiting(options: WaitingOptions): (ticket: FlowTicket, nowMs: number) => Promise<void> {
  const { clock, requestTimeoutMs, settle } = options;
  let waiting = 0;
  const enter = ({ tally, seats }: FlowTicket, by: 1 | -1) => {
    waiting += by;
    tally.waiting += by;
    tally.waitingSeats += by * seats;
  };
  const leaveQueue = (ticket: FlowTicket, why: Rejection) => {
    const { level, tally, arrivedMs } = ticket;
    const nowMs = clock.monotonicMs();
    const started: FlowTicket[] = [];
    abandon(level.set, ticket, nowMs, started);
    observe(tally.waitedInVain, (nowMs - arrivedMs) / 1000);
    refuse(ticket, why, nowMs);
    settle(level, started);
  };

  return (ticket, nowMs) =>
    new Promise((resolve, reject) => {
      const { tally, call } = ticket;
      const { signal } = call.exchange;
      enter(ticket, 1);
      const end = () => {
        enter(ticket, -1);
        ticket.wake = undefined;
        limit.cancel();
        signal.removeEventListener('abort', goAway);
      };
      const giveUp = (why: Rejection) => {
        end();
        leaveQueue(ticket, why);
        reject(why === 'cancelled' ? signal.reason : tooManyRequestsText(ticket.retryAfterSeconds!));
      };
      const goAway = () => giveUp('cancelled');
      const limit = clock.setTimer(call.startMs + waitLimitMs(call, requestTimeoutMs) - nowMs, () =>
        giveUp('time-out'),
      );
      ticket.wake = () => {
        end();
        observe(tally.waited, (ticket.startedMs - ticket.arrivedMs) / 1000);
        tally.begunAtOnce--;
        resolve();
      };
      if (signal.aborted) goAway();
      else if (waiting > maxWaitingRequests) giveUp('queue-full');
      else signal.addEventListener('abort', goAway, { once: true });
    });
}

/** Counts a refusal, and tells the request when to come again. */
export function refuse(ticket: FlowTicket, why: Rejection, nowMs: number): void {
  const { level, tally } = ticket;
  level.rejected++;
  if (why === 'time-out') level.timedOut++;
  if (why === 'cancelled') level.cancelled++;
  tally.rejected[why]++;
  noteRefusal(level.retryAfter, nowMs);
  ticket.retryAfterSeconds = level.retryAfter.seconds;
}

function waitLimitMs({ timeoutMs }: FlowCall, requestTimeoutMs: number): number {
  return Math.min((timeoutMs ?? requestTimeoutMs) * waitShare, maxWaitMs);
}
