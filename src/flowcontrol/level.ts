import { type Allocation, allocate } from './allocation.ts';
import type { LevelConfig } from './configuration.ts';
import { isIdle, newQueueSet, type QueueSet } from './queue-state.ts';
import { newRetryAfter, type RetryAfter } from './retry-after.ts';
import { afterQuiet, type DemandStats, noDemand, takeDemand } from './seat-demand.ts';
import type { FlowTicket } from './ticket.ts';

/** A priority level at work. Limits are in seats. */
export interface Level {
  config: LevelConfig;
  readonly set: QueueSet<FlowTicket>;
  readonly retryAfter: RetryAfter;
  /** By its shares. */
  nominal: number;
  /** What it never lends, and the most it may have with what it borrows. */
  min: number;
  max: number;
  /** Seats that one request may take at most. */
  maxSeats: number;
  stats: DemandStats;
  target: number;
  /** Its object is gone; it stays until nobody uses it. */
  quiescing: boolean;
  dispatched: number;
  rejected: number;
  timedOut: number;
  cancelled: number;
}

export const newLevel = (config: LevelConfig, nowMs: number): Level => ({
  config,
  set: newQueueSet<FlowTicket>(config.discipline, 0, nowMs, (ticket) => ticket.tally.noAccommodation++),
  retryAfter: newRetryAfter(),
  nominal: 0,
  min: 0,
  max: 0,
  maxSeats: 1,
  stats: noDemand,
  target: 0,
  quiescing: false,
  dispatched: 0,
  rejected: 0,
  timedOut: 0,
  cancelled: 0,
});

/** Part of the nominal limit that one request may take. */
const maxSeatsShare = 0.15;

/** Divides the seats of the server by shares; rounded up, so that the sum may be a little more. */
export function setLimits(levels: Iterable<Level>, serverSeats: number): void {
  const all = [...levels];
  const shares = all.reduce((sum, { config }) => sum + config.shares, 0);
  for (const level of all) {
    const { shares: own, lendablePercent, borrowingPercent, discipline } = level.config;
    level.nominal = shares === 0 ? 0 : Math.ceil((serverSeats * own) / shares);
    level.min = level.nominal - Math.round((level.nominal * lendablePercent) / 100);
    const borrowable =
      borrowingPercent === undefined ? serverSeats : Math.round((level.nominal * borrowingPercent) / 100);
    level.max = level.nominal + borrowable;
    level.maxSeats =
      typeof discipline === 'string'
        ? Number.POSITIVE_INFINITY
        : Math.max(
            1,
            Math.min(
              Math.ceil(level.nominal * maxSeatsShare),
              Math.floor(level.nominal / discipline.handSize),
            ),
          );
  }
}

/** Ends a period of adjustment, before which as many others went by without any request. */
export function observeDemand(levels: Iterable<Level>, nowMs: number, quietPeriods: number): void {
  for (const level of levels) {
    level.stats = takeDemand(level.set.demand, afterQuiet(level.stats, quietPeriods), nowMs);
  }
}

/** What each level may use for now, and the fraction of their targets that levels got; 0 when there was not enough. */
export interface Adjustment {
  readonly limits: ReadonlyMap<Level, number>;
  readonly fairFraction: number;
}

/**
 * Lends seats that a level does not need to those that could use more, by what was asked for in the last period. A level
 * keeps its minimum and, up to its nominal limit, what it used at its peak (KEP-1040, "Dispatching").
 */
export function borrow(levels: Iterable<Level>): Adjustment {
  const all = [...levels];
  const limits = new Map<Level, number>();
  let remaining = all.reduce((sum, { nominal }) => sum + nominal, 0);
  const total = remaining;
  for (const level of all.filter(isExempt)) {
    const used = Math.max(level.min, Math.round(level.stats.highWatermark));
    limits.set(level, used);
    remaining -= used;
  }
  const limited = all.filter((level) => !isExempt(level));
  const lower = limited.map((level) =>
    Math.max(level.min, Math.min(level.nominal, Math.round(level.stats.highWatermark))),
  );
  const minSum = limited.reduce((sum, { min }) => sum + min, 0);
  const lowerSum = lower.reduce((a, b) => a + b, 0);
  for (const [i, level] of limited.entries()) level.target = Math.max(lower[i]!, level.stats.smoothed);
  const allocation = remaining > minSum && remaining > lowerSum ? divide(total, limited, lower) : undefined;
  for (const [i, level] of limited.entries()) {
    const share = remaining <= minSum ? 0 : Math.min(1, (remaining - minSum) / (lowerSum - minSum));
    const scarce = level.min + Math.round((lower[i]! - level.min) * (lowerSum > minSum ? share : 0));
    limits.set(level, allocation ? Math.round(allocation.parts[i]!) : scarce);
  }
  return { limits, fairFraction: allocation?.fairFraction ?? 0 };
}

function divide(sum: number, levels: readonly Level[], lower: readonly number[]): Allocation | undefined {
  const claims = levels.map(({ target, max }, i) => ({ lower: lower[i]!, upper: max, target }));
  const most = claims.reduce((all, { upper }) => all + upper, 0);
  return allocate(Math.min(sum, most), claims);
}

export const isExempt = ({ config }: Level): boolean => config.discipline === 'exempt';

/** Nobody is there, and nobody will come. */
export const isUseless = ({ quiescing, set }: Level): boolean => quiescing && isIdle(set);
