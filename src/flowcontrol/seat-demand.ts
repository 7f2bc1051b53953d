/** Integrals over time of the seats that a level could use. */
export interface SeatDemand {
  lastMs: number;
  current: number;
  max: number;
  elapsedMs: number;
  /** Of the demand, and of its square, each times milliseconds. */
  sum: number;
  squares: number;
}

/** What one period of adjustment showed, and how it is remembered. */
export interface DemandStats {
  readonly highWatermark: number;
  readonly average: number;
  readonly deviation: number;
  /** Follows a rise at once and a fall slowly. */
  readonly smoothed: number;
}

export const noDemand: DemandStats = Object.freeze({
  highWatermark: 0,
  average: 0,
  deviation: 0,
  smoothed: 0,
});

/** Decay of the smoothed demand in one period of ten seconds: half of it is gone after five minutes. */
const smoothing = 0.977;

export const newSeatDemand = (nowMs: number): SeatDemand => ({
  lastMs: nowMs,
  current: 0,
  max: 0,
  elapsedMs: 0,
  sum: 0,
  squares: 0,
});

function integrate(demand: SeatDemand, nowMs: number): void {
  const { current } = demand;
  const sinceMs = Math.max(0, nowMs - demand.lastMs);
  demand.lastMs = Math.max(nowMs, demand.lastMs);
  demand.elapsedMs += sinceMs;
  demand.sum += current * sinceMs;
  demand.squares += current * current * sinceMs;
}

export function setDemand(demand: SeatDemand, seats: number, nowMs: number): void {
  integrate(demand, nowMs);
  demand.current = seats;
  if (seats > demand.max) demand.max = seats;
}

/** Ends a period: what it showed, and the integrals begin anew. */
export function takeDemand(demand: SeatDemand, previous: DemandStats, nowMs: number): DemandStats {
  integrate(demand, nowMs);
  const { elapsedMs, sum, squares, max, current } = demand;
  demand.elapsedMs = demand.sum = demand.squares = 0;
  demand.max = current;
  if (elapsedMs === 0) return { ...previous, highWatermark: max };
  const average = sum / elapsedMs;
  const deviation = Math.sqrt(Math.max(0, squares / elapsedMs - average * average));
  const envelope = average + deviation;
  const smoothed = Math.max(envelope, smoothing * previous.smoothed + (1 - smoothing) * envelope);
  return { highWatermark: max, average, deviation, smoothed };
}

/** As if `periods` had passed in which nobody asked for anything. */
export const afterQuiet = (stats: DemandStats, periods: number): DemandStats =>
  periods === 0 ? stats : { ...noDemand, smoothed: stats.smoothed * smoothing ** periods };
