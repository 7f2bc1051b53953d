/**
 * A webhook that gave no usable answer. The message is one line that names where it was sent and what happened; it never has
 * anything of what was sent or answered in it.
 */
export class WebhookError extends Error {
  /** The HTTP status, when there was one. */
  readonly status: number | undefined;
  /** Whether trying again might help. */
  readonly temporary: boolean;
  /** How long the other side asked to be left alone, milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** Whether there was no answer in time, here or behind the webhook. */
  readonly timedOut: boolean;

  constructor(
    message: string,
    {
      status,
      temporary = false,
      retryAfterMs,
      timedOut = status === 504,
      cause,
    }: {
      readonly status?: number;
      readonly temporary?: boolean;
      readonly retryAfterMs?: number;
      readonly timedOut?: boolean;
      /** What the network said. */
      readonly cause?: Error;
    } = {},
  ) {
    super(message, cause ? { cause } : {});
    this.name = 'WebhookError';
    this.status = status;
    this.temporary = temporary;
    this.retryAfterMs = retryAfterMs;
    this.timedOut = timedOut;
  }
}
