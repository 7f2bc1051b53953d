import type { Clock, Timer } from '../apimachinery/clock.ts';
import { timeoutError } from '../apimachinery/status.ts';
import type { Exchange, ResponseSink } from './exchange.ts';
import type { Request } from './request.ts';
import type { RequestInfo } from './request-info.ts';
import { respondError } from './respond.ts';

/** Ends requests that take too long. The handler begins and ends every request here. */
export interface Deadlines {
  begin(request: Request): void;
  /** Lets a request end earlier than others: `?timeout=`. What is longer than the maximum, or not above 0, changes nothing. */
  shorten(request: Request, timeoutMs: number): void;
  end(request: Request): void;
}

const longRunningVerbs = new Set(['watch', 'proxy']);
const longRunningSubresources = new Set(['attach', 'exec', 'proxy', 'log', 'portforward']);

/** Requests that last as long as their client wants (`BasicLongRunningRequestCheck`). */
export const isLongRunning = ({ verb, subresource }: RequestInfo): boolean =>
  longRunningVerbs.has(verb) || longRunningSubresources.has(subresource);

/** Message of the reference server (`WithTimeoutForNonLongRunningRequests`). */
export const timedOut = () => timeoutError('request did not complete within the allotted timeout');

/**
 * All requests have the same time, so that they fall due in the order in which they came: one timer, for the oldest, is enough
 * and is not even touched by a request that is answered in time.
 */
export function createDeadlines(clock: Clock, maximumMs: number): Deadlines {
  const open = new Set<Request>();
  const shortened = new Map<Request, Timer>();
  let armed = false;

  const end = (request: Request) => {
    open.delete(request);
    if (shortened.size === 0) return;
    shortened.get(request)?.cancel();
    shortened.delete(request);
  };
  const look = () => {
    armed = false;
    for (const request of open) {
      const leftMs = request.startMs + maximumMs - clock.monotonicMs();
      if (leftMs > 0) return arm(leftMs);
      end(request);
      expire(request);
    }
  };
  const arm = (delayMs: number) => {
    armed = true;
    clock.setTimer(delayMs, look);
  };
  return {
    begin(request) {
      open.add(request);
      if (!armed) arm(maximumMs);
    },
    shorten(request, timeoutMs) {
      if (timeoutMs <= 0 || timeoutMs >= maximumMs) return;
      request.timeoutMs = timeoutMs;
      const expireNow = () => {
        end(request);
        expire(request);
      };
      shortened.set(request, clock.setTimer(timeoutMs, expireNow));
    },
    end,
  };
}

/** Answers a request in the place of whoever is still working on it; what that one still says goes nowhere. */
function expire(request: Request): void {
  if (isLongRunning(request.info)) return;
  respondError(request, timedOut(), () => {});
  request.exchange = muted(request.exchange);
  request.audit?.complete();
  request.audit = undefined;
}

const nowhere: ResponseSink = Object.freeze({
  head: () => {},
  write: () => true,
  drained: () => Promise.resolve(),
  pendingBytes: () => 0,
  respond: () => {},
  end: () => {},
  abort: () => {},
});

const muted = (exchange: Exchange): Exchange => ({
  method: exchange.method,
  target: exchange.target,
  headers: exchange.headers,
  headerValues: (name) => exchange.headerValues(name),
  peer: exchange.peer,
  signal: AbortSignal.abort(timedOut()),
  body: () => Promise.reject(timedOut()),
  sink: nowhere,
});
