import type { Random } from '../apimachinery/random.ts';

/** How often and after which waits something is tried: `wait.Backoff`. */
export interface Backoff {
  readonly initialMs: number;
  readonly factor: number;
  /** A wait is longer by up to this part of it. */
  readonly jitter: number;
  /** Attempts, the first one included. */
  readonly steps: number;
}

/** `webhook.DefaultRetryBackoffWithInitialDelay(500ms)`. */
export const defaultBackoff: Backoff = Object.freeze({
  initialMs: 500,
  factor: 1.5,
  jitter: 0.2,
  steps: 5,
});

/** For a caller that has a plan of its own for failures. */
export const noRetries: Backoff = Object.freeze({ ...defaultBackoff, steps: 1 });

const jitterSteps = 1_000_000;

/** The wait after attempt `attempt` (0 for the first one), milliseconds. */
export function backoffMs({ initialMs, factor, jitter }: Backoff, attempt: number, random: Random): number {
  const chance = random.int(jitterSteps) / jitterSteps;
  return initialMs * factor ** attempt * (1 + jitter * chance);
}
