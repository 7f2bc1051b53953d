import { type Histogram, histogramLines } from '../apimachinery/histogram.ts';
import type { Level } from './level.ts';
import type { Roster } from './roster.ts';
import type { FlowTally, Tallies } from './tally.ts';
import type { Rejection } from './types.ts';

const prefix = 'apiserver_flowcontrol_';
const rejections: readonly Rejection[] = ['queue-full', 'concurrency-limit', 'time-out', 'cancelled'];

/** Names of levels and schemas are those of objects, which need no escaping. */
const ofLevel = ({ config }: Level): string => `priority_level="${config.name}"`;
const ofTally = ({ level, schema }: FlowTally): string => `priority_level="${level}",flow_schema="${schema}"`;

/** What upstream counts under the same names, in Prometheus text. Labels are levels and schemas that exist, or did lately. */
export function flowControlMetrics({ levels, fairFraction }: Roster, tallies: Tallies): string {
  const lines = [
    ...rejected(tallies),
    ...counters(tallies),
    ...gauges(tallies),
    ...histograms(tallies),
    ...limits([...levels.values()]),
    ...head('seat_fair_frac', 'gauge', 'Fair fraction of server seats, when there are enough of them.'),
    `${prefix}seat_fair_frac ${fairFraction()}`,
  ];
  return `${lines.join('\n')}\n`;
}

const head = (name: string, type: 'counter' | 'gauge' | 'histogram', help: string): string[] => [
  `# HELP ${prefix}${name} ${help}`,
  `# TYPE ${prefix}${name} ${type}`,
];

function* rejected(tallies: Tallies): Iterable<string> {
  yield* head('rejected_requests_total', 'counter', 'Requests that were refused, by reason.');
  for (const tally of tallies.values()) {
    for (const reason of rejections) {
      const count = tally.rejected[reason];
      if (count > 0) yield `${prefix}rejected_requests_total{${ofTally(tally)},reason="${reason}"} ${count}`;
    }
  }
}

function* series(
  tallies: Tallies,
  name: string,
  type: 'counter' | 'gauge',
  help: string,
  value: (tally: FlowTally) => number,
): Iterable<string> {
  yield* head(name, type, help);
  for (const tally of tallies.values()) yield `${prefix}${name}{${ofTally(tally)}} ${value(tally)}`;
}

function* counters(tallies: Tallies): Iterable<string> {
  yield* series(
    tallies,
    'dispatched_requests_total',
    'counter',
    'Requests that were let in.',
    (tally) => tally.dispatched,
  );
  yield* series(
    tallies,
    'request_dispatch_no_accommodation_total',
    'counter',
    'Times that seats were free, but fewer than the next request wanted.',
    (tally) => tally.noAccommodation,
  );
}

function* gauges(tallies: Tallies): Iterable<string> {
  const gauge = (name: string, help: string, value: (tally: FlowTally) => number) =>
    series(tallies, name, 'gauge', help, value);
  yield* gauge('current_inqueue_requests', 'Requests that wait.', (tally) => tally.waiting);
  yield* gauge(
    'current_inqueue_seats',
    'Seats that those who wait will take.',
    (tally) => tally.waitingSeats,
  );
  yield* gauge('current_executing_requests', 'Requests that are worked on.', (tally) => tally.executing);
  yield* gauge('current_executing_seats', 'Seats that are taken.', (tally) => tally.executingSeats);
}

function* histograms(tallies: Tallies): Iterable<string> {
  const all = [...tallies.values()];
  const histogram = (name: string, help: string) => head(name, 'histogram', help);
  yield* histogram('request_wait_duration_seconds', 'Time that a request waited for a seat.');
  for (const tally of all) {
    const lines = (executed: boolean, waited: Histogram, zeros: number) =>
      histogramLines(
        `${prefix}request_wait_duration_seconds`,
        `${ofTally(tally)},execute="${executed}"`,
        waited,
        zeros,
      );
    if (tally.begunAtOnce + countOf(tally.waited) > 0) yield* lines(true, tally.waited, tally.begunAtOnce);
    if (tally.refusedAtOnce + countOf(tally.waitedInVain) > 0)
      yield* lines(false, tally.waitedInVain, tally.refusedAtOnce);
  }
  yield* histogram(
    'request_execution_seconds',
    'Time from a seat to the end of the answer; of a watch, until it has sent what there was.',
  );
  for (const tally of all) {
    const name = `${prefix}request_execution_seconds`;
    const { executionSeconds, watchSeconds } = tally;
    if (countOf(executionSeconds) > 0)
      yield* histogramLines(name, `${ofTally(tally)},type="regular"`, executionSeconds);
    if (countOf(watchSeconds) > 0)
      yield* histogramLines(name, `${ofTally(tally)},type="watch"`, watchSeconds);
  }
  yield* histogram(
    'request_queue_length_after_enqueue',
    'Length of a queue, as a request finds it that joins.',
  );
  for (const tally of all)
    if (countOf(tally.queueLength) > 0)
      yield* histogramLines(`${prefix}request_queue_length_after_enqueue`, ofTally(tally), tally.queueLength);
  yield* histogram('work_estimated_seats', 'Seats that requests were expected to need.');
  for (const tally of all)
    if (countOf(tally.seats) > 0)
      yield* histogramLines(`${prefix}work_estimated_seats`, ofTally(tally), tally.seats);
}

const countOf = ({ buckets }: Histogram): number => buckets.reduce((a, b) => a + b, 0);

function* limits(levels: readonly Level[]): Iterable<string> {
  const gauges: readonly [name: string, help: string, value: (level: Level) => number][] = [
    ['nominal_limit_seats', 'Seats by shares.', (level) => level.nominal],
    ['lower_limit_seats', 'Seats that are never lent.', (level) => level.min],
    ['upper_limit_seats', 'Seats with all that may be borrowed.', (level) => level.max],
    ['current_limit_seats', 'Seats for now.', (level) => level.set.limit],
    [
      'demand_seats_high_watermark',
      'Most seats asked for in the last period.',
      (level) => level.stats.highWatermark,
    ],
    [
      'demand_seats_average',
      'Seats asked for on average in the last period.',
      (level) => level.stats.average,
    ],
    ['demand_seats_stdev', 'Standard deviation of that.', (level) => level.stats.deviation],
    ['demand_seats_smoothed', 'Seats asked for, smoothed over periods.', (level) => level.stats.smoothed],
    ['target_seats', 'Seats that the level would be given.', (level) => level.target],
  ];
  for (const [name, help, value] of gauges) {
    yield* head(name, 'gauge', help);
    for (const level of levels) yield `${prefix}${name}{${ofLevel(level)}} ${value(level)}`;
  }
}
