/** How long to wait between attempts, longer each time (`client-go/util/flowcontrol.Backoff`). */
export interface BackOff {
  readonly delayMs: number;
  /** When the attempt was made before which it was waited. */
  readonly sinceMs: number;
}

const firstDelayMs = 10_000;
export const longestDelayMs = 300_000;
/** After this long without trouble it begins anew. */
const forgetAfterMs = 2 * longestDelayMs;

const isForgotten = ({ sinceMs }: BackOff, troubleMs: number): boolean => troubleMs - sinceMs > forgetAfterMs;

/** Until when to wait after trouble at `troubleMs`: milliseconds since the epoch; not after `troubleMs` when not at all. */
export const waitsUntil = (backOff: BackOff | undefined, troubleMs: number): number =>
  backOff === undefined || isForgotten(backOff, troubleMs) ? troubleMs : troubleMs + backOff.delayMs;

/** What is to be kept when the next attempt is made at `nowMs`, after trouble at `troubleMs`. */
export function nextBackOff(backOff: BackOff | undefined, troubleMs: number, nowMs: number): BackOff {
  const delayMs =
    backOff === undefined || isForgotten(backOff, troubleMs)
      ? firstDelayMs
      : Math.min(backOff.delayMs * 2, longestDelayMs);
  return { delayMs, sinceMs: nowMs };
}
