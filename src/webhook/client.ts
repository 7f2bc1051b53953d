import type { Clock } from '../apimachinery/clock.ts';
import { onAbort } from '../apimachinery/on-abort.ts';
import type { Random } from '../apimachinery/random.ts';
import { type Backoff, backoffMs, defaultBackoff } from './backoff.ts';
import { WebhookError } from './errors.ts';
import { connectionsTo } from './send.ts';
import { targetText, type WebhookTarget } from './target.ts';

/** What came of one attempt. */
export type AttemptResult = 'success' | 'timeout' | 'error' | 'canceled';

export interface WebhookClientOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** For each attempt, milliseconds. */
  readonly timeoutMs?: number;
  readonly backoff?: Backoff;
  /** Told after every attempt. */
  readonly onAttempt?: (result: AttemptResult) => void;
}

/** Asks one webhook. */
export interface WebhookClient {
  /** Where requests go, for messages. */
  readonly url: string;
  /**
   * POSTs `body` as JSON and answers the JSON of a 2xx. Tries again, with growing waits, after connection errors, time-outs,
   * 429 and 5xx. Throws a WebhookError, the last one; what `signal` aborts with when it does.
   */
  post(body: object, signal?: AbortSignal): Promise<unknown>;
  /** As `post`, of JSON that is ready, to a webhook whose answer does not matter; any failure is tried again. */
  send(json: string, signal?: AbortSignal): Promise<void>;
  /** Closes kept connections; what is under way fails. */
  close(): void;
}

/** `rest.Config.Timeout` of webhooks that say nothing. */
export const defaultWebhookTimeoutMs = 30_000;
/** Longest wait that a webhook may ask for between two attempts. */
const maxRetryAfterMs = 10_000;

const never = new AbortController().signal;

export function createWebhookClient(target: WebhookTarget, options: WebhookClientOptions): WebhookClient {
  const { clock, random, timeoutMs = defaultWebhookTimeoutMs, backoff = defaultBackoff } = options;
  const { onAttempt = () => {} } = options;
  const connections = connectionsTo(target);
  const url = targetText(target);

  const attempt = (body: Buffer, signal: AbortSignal) =>
    withTimeout(clock, timeoutMs, signal, url, (limited) => connections.send(body, limited));

  const persist = async (bytes: Buffer, signal: AbortSignal, isWorthIt: (error: WebhookError) => boolean) => {
    for (let tried = 0; ; tried++) {
      signal.throwIfAborted();
      try {
        const answer = await attempt(bytes, signal);
        onAttempt('success');
        return answer;
      } catch (error) {
        onAttempt(attemptResult(error));
        const again = error instanceof WebhookError && isWorthIt(error) && tried + 1 < backoff.steps;
        if (!again) throw error;
        const asked = Math.min(error.retryAfterMs ?? 0, maxRetryAfterMs);
        await pause(clock, Math.max(backoffMs(backoff, tried, random), asked), signal);
      }
    }
  };

  return {
    url,
    async post(body, signal = never) {
      const bytes = Buffer.from(JSON.stringify(body), 'utf8');
      return parse(url, await persist(bytes, signal, (error) => error.temporary));
    },
    async send(json, signal = never) {
      await persist(Buffer.from(json, 'utf8'), signal, () => true);
    },
    close: connections.close,
  };
}

/** Any other error than a WebhookError is the reason for which the caller went away. */
const attemptResult = (error: unknown): AttemptResult =>
  error instanceof WebhookError ? (error.timedOut ? 'timeout' : 'error') : 'canceled';

function parse(url: string, bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new WebhookError(`Post "${url}": the answer is not JSON`);
  }
}

/** Runs `task` with a signal that also aborts when the time is up. */
async function withTimeout<T>(
  clock: Clock,
  timeoutMs: number,
  signal: AbortSignal,
  url: string,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limited = new AbortController();
  const forget = onAbort(signal, () => limited.abort(signal.reason));
  const late = () =>
    new WebhookError(`Post "${url}": no answer within ${timeoutMs} ms`, { temporary: true, timedOut: true });
  const timer = clock.setTimer(timeoutMs, () => limited.abort(late()));
  try {
    return await task(limited.signal);
  } finally {
    timer.cancel();
    forget();
  }
}

/** Waits; rejects at once with the reason of `signal` when it aborts. */
function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(delayMs, () => {
      forget();
      resolve();
    });
    const forget = onAbort(signal, () => {
      timer.cancel();
      reject(signal.reason);
    });
  });
}
