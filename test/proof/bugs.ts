import { type Clock, delay } from '../../src/apimachinery/clock.ts';
import type { Random } from '../../src/apimachinery/random.ts';
import type { Kv, KvEvent, WatchSink, WriteResult } from '../../src/kv/types.ts';

/*
 * Stores that do wrong now and then, each in one way: what the checker has to find. Only the objects of the traffic are touched, so that
 * a server starts on them.
 */

/** A mistake is made once in so many writes or events. */
const onceIn = 12;
/** How late is late. */
const lateMs = 40;
/** Time between the decision about a write and the write, for races to happen in. */
const raceMs = 25;

const isTraffic = (key: string): boolean => key.includes('/p-');

type Bug = (kv: Kv, random: Random, clock: Clock) => Kv;

/** What a follower is told, changed on the way. */
const following =
  (change: (sink: WatchSink, random: Random, clock: Clock) => WatchSink): Bug =>
  (kv, random, clock) => ({
    ...kv,
    watch: (from, sink, options) => kv.watch(from, change(sink, random, clock), options),
  });

const writing =
  (
    change: (
      kv: Kv,
      random: Random,
      write: { readonly key: string; readonly value: Uint8Array; readonly expected: number },
      clock: Clock,
    ) => Promise<WriteResult>,
  ): Bug =>
  (kv, random, clock) => ({
    ...kv,
    putIf: (key, value, expected, options) =>
      isTraffic(key)
        ? change(kv, random, { key, value, expected }, clock)
        : kv.putIf(key, value, expected, options),
  });

const isUnlucky = (random: Random, { key }: { readonly key: string }): boolean =>
  isTraffic(key) && random.int(onceIn) === 0;

/** Events come late from the first of the traffic on; progress too, or not. */
const lateSink = (
  sink: WatchSink,
  clock: Clock,
  isProgressLate: boolean,
  onTold = (_: number) => {},
): WatchSink => {
  let isLate = false;
  const later = (work: () => void) => (isLate ? void clock.setTimer(lateMs, work) : work());
  return {
    onEvents(events) {
      isLate ||= events.some(({ key }) => isTraffic(key));
      later(() => sink.onEvents(events));
    },
    onProgress(revision) {
      const tell = () => {
        onTold(revision);
        sink.onProgress(revision);
      };
      if (isProgressLate) later(tell);
      else tell();
    },
    onError: (error) => sink.onError(error),
  };
};

/** Followers learn of everything late, and the store says that there is nothing newer. */
const staleRead: Bug = (kv, _random, clock) => {
  let told = 0;
  const late = (sink: WatchSink) =>
    lateSink(sink, clock, true, (revision) => {
      told = revision;
    });
  return {
    ...kv,
    revision: () => told || kv.revision(),
    watch: (from, sink, options) => kv.watch(from, late(sink), options),
  };
};

const outOfOrder = (sink: WatchSink, random: Random): WatchSink => {
  let held: KvEvent | undefined;
  return {
    ...sink,
    onEvents(events) {
      const order = events.flatMap((event) => {
        if (!held && isUnlucky(random, event)) {
          held = event;
          return [];
        }
        const late = held ? [held] : [];
        held = undefined;
        return [event, ...late];
      });
      if (order.length > 0) sink.onEvents(order);
    },
    onProgress: (revision) => sink.onProgress(revision),
    onError: (error) => sink.onError(error),
  };
};

const eventsThrough = (sink: WatchSink, change: (event: KvEvent) => readonly KvEvent[]): WatchSink => ({
  onEvents(events) {
    const changed = events.flatMap(change);
    if (changed.length > 0) sink.onEvents(changed);
  },
  onProgress: (revision) => sink.onProgress(revision),
  onError: (error) => sink.onError(error),
});

export const bugs = {
  'stale read': staleRead,
  'lost event': following((sink, random) =>
    eventsThrough(sink, (event) => (isUnlucky(random, event) ? [] : [event])),
  ),
  'event told twice': following((sink, random) =>
    eventsThrough(sink, (event) => (isUnlucky(random, event) ? [event, event] : [event])),
  ),
  'events out of order': following(outOfOrder),
  'progress ahead of events': following((sink, _random, clock) => lateSink(sink, clock, false)),
  /** Elsewhere, so that the revision is one that no other write has. */
  'write answered and lost': writing((kv, random, { key, value, expected }) =>
    random.int(onceIn) === 0
      ? kv.putIf(`/lost/${random.int(2 ** 32)}`, value, 0)
      : kv.putIf(key, value, expected),
  ),
  'compare ignored': writing(async (kv, _random, { key, value, expected }, clock) => {
    await delay(clock, raceMs);
    const result = await kv.putIf(key, value, expected);
    return result.ok || expected === 0 ? result : kv.putIf(key, value, result.current?.modRevision ?? 0);
  }),
  'write done twice': writing(async (kv, random, { key, value, expected }) => {
    const result = await kv.putIf(key, value, expected);
    if (result.ok && random.int(onceIn) === 0) await kv.putIf(key, value, result.revision);
    return result;
  }),
  /** What others wrote is not asked for: only a store that others write to shows it. */
  'others forgotten': (kv) => ({ ...kv, currentRevision: async () => kv.revision() }),
} as const satisfies Readonly<Record<string, Bug>>;

export type BugName = keyof typeof bugs;

export const bugNames = Object.keys(bugs) as readonly BugName[];

export const withBug = (kv: Kv, bug: BugName, random: Random, clock: Clock): Kv =>
  bugs[bug](kv, random, clock);
