import { type Histogram, newHistogram } from '../apimachinery/histogram.ts';
import type { Rejection } from './types.ts';

/** What is counted of the requests of one FlowSchema at one priority level. */
export interface FlowTally {
  readonly level: string;
  readonly schema: string;
  dispatched: number;
  readonly rejected: Record<Rejection, number>;
  waiting: number;
  waitingSeats: number;
  executing: number;
  executingSeats: number;
  noAccommodation: number;
  /** Of those that had to wait, seconds. */
  readonly waited: Histogram;
  readonly waitedInVain: Histogram;
  /** Of those that did not have to. */
  refusedAtOnce: number;
  begunAtOnce: number;
  readonly executionSeconds: Histogram;
  readonly watchSeconds: Histogram;
  readonly queueLength: Histogram;
  readonly seats: Histogram;
}

const secondsBounds = [0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30];
const lengthBounds = [0, 10, 25, 50, 100, 250, 500, 1000];
const seatsBounds = [1, 2, 4, 8, 16, 32, 64, 100];

const newTally = (level: string, schema: string): FlowTally => ({
  level,
  schema,
  dispatched: 0,
  rejected: { 'queue-full': 0, 'concurrency-limit': 0, 'time-out': 0, cancelled: 0 },
  waiting: 0,
  waitingSeats: 0,
  executing: 0,
  executingSeats: 0,
  noAccommodation: 0,
  waited: newHistogram(secondsBounds),
  waitedInVain: newHistogram(secondsBounds),
  refusedAtOnce: 0,
  begunAtOnce: 0,
  executionSeconds: newHistogram(secondsBounds),
  watchSeconds: newHistogram(secondsBounds),
  queueLength: newHistogram(lengthBounds),
  seats: newHistogram(seatsBounds),
});

/** All tallies, by level and schema. */
export type Tallies = Map<string, FlowTally>;

/** Tallies of schemas that are gone are kept up to this many, so that counters do not fall without need. */
const maxTallies = 1_000;

export function tallyFor(tallies: Tallies, level: string, schema: string): FlowTally {
  const key = `${level} ${schema}`;
  let tally = tallies.get(key);
  if (!tally) tallies.set(key, (tally = newTally(level, schema)));
  return tally;
}

/** Forgets the oldest of what is no longer used, once there are too many. */
export function pruneTallies(tallies: Tallies, used: ReadonlySet<FlowTally>): void {
  for (const [key, tally] of tallies) {
    if (tallies.size <= maxTallies) return;
    if (!used.has(tally) && tally.waiting === 0 && tally.executing === 0) tallies.delete(key);
  }
}
