import type { IProbe } from 'kubernetes-models/v1';
import type { ProbeSegment } from './container.ts';

const secondMs = 1_000;
/** Thresholds above count as this: each try below one is looked at. */
const maxThreshold = 10_000;

/** How a probe stands. */
export interface ProbeCourse {
  readonly success: boolean;
  /** Failures so far, each streak counted up to the threshold. */
  readonly failures: number;
  /** What the last failure said. */
  readonly output: string;
  /** When it stands differently or fails again, in milliseconds since the epoch; undefined when never as things are. */
  readonly nextMs?: number;
}

/**
 * How a probe stands at `nowMs` whose first try is `initialDelaySeconds` after `beginMs`, and then every `periodSeconds`. `initially` is
 * how it stands before. Tries in which nothing can become different are not gone through: a container may run for years.
 */
export function courseOf(
  probe: IProbe,
  segments: readonly ProbeSegment[],
  beginMs: number,
  initially: boolean,
  nowMs: number,
): ProbeCourse {
  const periodMs = (probe.periodSeconds || 10) * secondMs;
  const toSucceed = Math.min(probe.successThreshold || 1, maxThreshold);
  const toFail = Math.min(probe.failureThreshold || 3, maxThreshold);
  let tick = beginMs + (probe.initialDelaySeconds ?? 0) * secondMs;
  let success = initially;
  let failures = 0;
  let output = '';
  let streak = 0;
  let before: boolean | undefined;
  for (;;) {
    const now = tick;
    const segment = segments.findLast(({ fromMs }) => fromMs <= now);
    const good = segment?.success ?? true;
    streak = good === before ? streak + 1 : 1;
    before = good;
    const threshold = good ? toSucceed : toFail;
    const isNews = good ? streak === threshold && !success : streak <= threshold;
    if (tick > nowMs && isNews) return { success, failures, output, nextMs: tick };
    if (!good && isNews) {
      failures++;
      output = segment?.output ?? '';
    }
    if (streak >= threshold) success = good;
    const next = segments.find(({ fromMs }) => fromMs > now)?.fromMs;
    if (streak < threshold) tick += periodMs;
    else if (next === undefined) return { success, failures, output };
    else tick += Math.ceil((next - tick) / periodMs) * periodMs;
  }
}
