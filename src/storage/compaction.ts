import type { Clock, Timer } from '../apimachinery/clock.ts';
import type { Log } from '../apimachinery/log.ts';
import type { Kv, Revision } from '../kv/types.ts';
import type { WindowLimits } from './change-window.ts';
import { type HistoryMark, type HistoryMarks, historyMarks } from './history-marks.ts';

/** How much history is kept: what was written in the last milliseconds, or the last so many revisions. */
export type HistoryWindow =
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'revisions'; readonly count: number };

export interface CompactionPlan {
  readonly window: HistoryWindow;
  /** From one compaction to the next; 0: history is never dropped. A window of time that is shorter counts instead. */
  readonly intervalMs: number;
  /** Keeps in the store when its revisions were made, so that a window of time counts from before the start of the server. */
  readonly outlivesServer?: boolean;
  /** Whoever comes back with a version outside the window gets 410, though it would be in memory still. */
  readonly boundsWatches?: boolean;
}

/** How much of the recent past is kept in memory for watches under a plan, where that is not as much as there is room for. */
export function windowLimitsOf({ window, boundsWatches }: CompactionPlan): Partial<WindowLimits> {
  if (!boundsWatches) return {};
  return window.kind === 'time'
    ? { maxWindowMs: window.ms, leastWindowEvents: 0 }
    : { maxWindowEvents: Math.max(1, window.count), leastWindowEvents: 0 };
}

export interface Compaction {
  stop(): void;
}

/** Drops what is older than the window, again and again. At most one interval more than the window is kept. */
export function compactPeriodically(kv: Kv, clock: Clock, plan: CompactionPlan, log: Log): Compaction {
  const { window } = plan;
  if (plan.intervalMs === 0) return { stop() {} };
  const intervalMs = window.kind === 'time' ? periodOf(plan.intervalMs, window.ms) : plan.intervalMs;
  const samples = window.kind === 'time' ? samplesOf(kv, clock, window.ms) : undefined;
  const floorNow = samples?.floor ?? floorByCount(kv, window.kind === 'time' ? 0 : window.count);
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
  const marking =
    samples && window.kind === 'time' && plan.outlivesServer
      ? markPeriodically(historyMarks(kv, clock, window.ms), clock, log, {
          learn: samples.learn,
          // A server that does not live for an interval would never get to it.
          first: () => compact(samples.floor()),
        })
      : undefined;
  return {
    stop() {
      stopped = true;
      timer?.cancel();
      marking?.stop();
    },
  };
}

interface OnMarks {
  /** Called with what earlier servers have marked. */
  learn(marks: readonly HistoryMark[]): void;
  /** Called with the first mark of this server, when its start is over. */
  first(): Promise<void>;
}

function markPeriodically(marks: HistoryMarks, clock: Clock, log: Log, on: OnMarks): Compaction {
  let timer: Timer | undefined;
  let stopped = false;
  const arm = () => {
    if (!stopped) timer = clock.setTimer(marks.everyMs, () => void mark());
  };
  let isFirst = true;
  const mark = async () => {
    if (isFirst) await on.first();
    isFirst = false;
    await attempt(marks.remember());
    arm();
  };
  const attempt = (work: Promise<void>) =>
    work.catch((error: unknown) => {
      if (!stopped) log.warn('when revisions were made could not be kept', { error });
    });
  void attempt(marks.read().then(on.learn)).then(arm);
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

interface Samples {
  /** The revision that was newest when the window began; 0 when that is not known. */
  floor(): Revision;
  /** Adds what was known before the server started, oldest first. */
  learn(marks: readonly HistoryMark[]): void;
}

/**
 * Stores do not know when a revision was made, so this is remembered: a sample for each call, as far back as the window goes, and
 * what earlier servers have marked.
 */
function samplesOf(kv: Kv, clock: Clock, windowMs: number): Samples {
  const startMs = clock.monotonicMs();
  const wallOffsetMs = clock.now() - startMs;
  const samples = [{ atMs: startMs, revision: kv.revision() }];
  const floor = () => {
    const nowMs = clock.monotonicMs();
    const inside = samples.findIndex(({ atMs }) => atMs > nowMs - windowMs);
    samples.splice(0, (inside < 0 ? samples.length : inside) - 1);
    const [oldest] = samples;
    samples.push({ atMs: nowMs, revision: kv.revision() });
    return oldest!.atMs <= nowMs - windowMs ? oldest!.revision : 0;
  };
  return {
    floor,
    learn(marks) {
      const before = marks.map(({ atMs, revision }) => ({ atMs: atMs - wallOffsetMs, revision }));
      samples.unshift(...before.filter(({ atMs }) => atMs <= startMs));
    },
  };
}
