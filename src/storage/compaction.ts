import type { Clock, Timer } from '../apimachinery/clock.ts';
import type { Log } from '../apimachinery/log.ts';
import type { Kv, Revision } from '../kv/types.ts';

/** How much history is kept: what was written in the last milliseconds, or the last so many revisions. */
export type HistoryWindow =
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'revisions'; readonly count: number };

export interface CompactionPlan {
  readonly window: HistoryWindow;
  /** From one compaction to the next; 0: history is never dropped. A window of time that is shorter counts instead. */
  readonly intervalMs: number;
}

export interface Compaction {
  stop(): void;
}

/** Drops what is older than the window, again and again. At most one interval more than the window is kept. */
export function compactPeriodically(kv: Kv, clock: Clock, plan: CompactionPlan, log: Log): Compaction {
  const { window } = plan;
  if (plan.intervalMs === 0) return { stop() {} };
  const intervalMs = window.kind === 'time' ? periodOf(plan.intervalMs, window.ms) : plan.intervalMs;
  const floorNow =
    window.kind === 'time' ? floorByTime(kv, clock, window.ms) : floorByCount(kv, window.count);
  let timer: Timer | undefined;
  let stopped = false;
  const arm = () => {
    if (!stopped) timer = clock.setTimer(intervalMs, () => void compact(floorNow()).then(arm));
  };
  const compact = async (revision: Revision) => {
    if (revision <= kv.compactRevision()) return;
    try {
      await kv.compact(revision);
    } catch (error) {
      log.warn('history could not be compacted', { revision, error });
    }
  };
  arm();
  return {
    stop() {
      stopped = true;
      timer?.cancel();
    },
  };
}

/** Moments that are remembered of a long window: compactions are further apart than asked for when there would be more. */
const maxSamples = 10_000;

const periodOf = (intervalMs: number, windowMs: number): number =>
  Math.max(Math.min(intervalMs, windowMs), windowMs / maxSamples);

const floorByCount = (kv: Kv, count: number) => (): Revision => kv.revision() - count;

/**
 * The revision that was newest when the window began. Stores do not know when a revision was made, so this is remembered, from the
 * start of the server on: a sample for each call, as far back as the window goes.
 */
function floorByTime(kv: Kv, clock: Clock, windowMs: number): () => Revision {
  const samples = [{ atMs: clock.monotonicMs(), revision: kv.revision() }];
  return () => {
    const nowMs = clock.monotonicMs();
    const inside = samples.findIndex(({ atMs }) => atMs > nowMs - windowMs);
    samples.splice(0, (inside < 0 ? samples.length : inside) - 1);
    const [oldest] = samples;
    samples.push({ atMs: nowMs, revision: kv.revision() });
    return oldest!.atMs <= nowMs - windowMs ? oldest!.revision : 0;
  };
}
