import type { Clock } from '../apimachinery/clock.ts';
import { observe } from '../apimachinery/histogram.ts';
import type { StampedReader } from '../apimachinery/reader.ts';
import { createAdjustmentTimer } from './adjustment-timer.ts';
import { dumpPage } from './dump.ts';
import { type CountObjects, type EstimateSources, estimateWork } from './estimate.ts';
import { rulesMatch } from './matching.ts';
import { flowControlMetrics } from './metrics.ts';
import { arrive, finish } from './queue-set.ts';
import { newTicket } from './queue-state.ts';
import { createRoster, type LiveSchema } from './roster.ts';
import { createSeating } from './seating.ts';
import { dealHand, hashFlow } from './shuffle-sharding.ts';
import type { Tallies } from './tally.ts';
import type { FlowTicket } from './ticket.ts';
import { createTurns } from './turns.ts';
import type { FlowCall, FlowControl } from './types.ts';
import { createWaiting, refuse } from './waiting.ts';
import { createWatchCount } from './watch-count.ts';

export interface PriorityAndFairnessOptions {
  /** Serves FlowSchemas and PriorityLevelConfigurations. */
  readonly reader: StampedReader;
  readonly countObjects: CountObjects;
  readonly clock: Clock;
  /** Seats of the whole server, above 0. */
  readonly seats: number;
  /** How long requests may take. */
  readonly requestTimeoutMs: number;
}

/** Flows of one schema whose queues are remembered; beyond it they are reckoned again. */
const maxFlowsRemembered = 1_024;
/** Names that are longer are not remembered. */
const maxRememberedNameChars = 256;

/**
 * API Priority and Fairness (KEP-1040). Requests are classified by FlowSchemas into flows and priority levels; each level
 * has seats of its own and shares them fairly among its flows.
 */
export function createPriorityAndFairness(options: PriorityAndFairnessOptions): FlowControl {
  const { clock, countObjects } = options;
  const tallies: Tallies = new Map();
  const watches = createWatchCount();
  const turns = createTurns();
  const sources: EstimateSources = { countObjects, interestedWatches: watches.interested };
  const { settle, start, letGo } = createSeating({
    clock,
    turns,
    watches,
    retire: (level) => roster.retire(level),
  });
  const roster = createRoster({ ...options, tallies, settle });
  const wait = createWaiting({ ...options, settle });
  const timer = createAdjustmentTimer(clock, (nowMs, quietPeriods) => {
    roster.adjust(nowMs, quietPeriods);
    return [...roster.levels.values()].some(
      ({ stats, set }) => stats.highWatermark > 0 || set.demand.max > 0,
    );
  });

  return {
    enter(call) {
      const nowMs = clock.monotonicMs();
      timer.touch(nowMs);
      const ticket = ticketFor(classify(roster.schemas(nowMs), call), call, sources);
      const { level, tally, flow } = ticket;
      const { set } = level;
      observe(tally.seats, ticket.seats);
      set.paced = turns.areShared(flow, nowMs) && set.discipline !== 'exempt' && !turns.claim();
      const started: FlowTicket[] = [];
      const rejection = arrive(set, ticket, nowMs, started);
      if (rejection) {
        tally.refusedAtOnce++;
        refuse(ticket, rejection, nowMs);
        // Refusing takes time, too.
        if (set.paced) ticket.waiting = turns.take(flow, nowMs);
        return ticket;
      }
      if (ticket.phase === 'executing' && started.length === 0) start(ticket);
      settle(level, started);
      const queue = set.queues.get(ticket.queue);
      if (queue) observe(tally.queueLength, Math.max(1, queue.waiting.size));
      if (ticket.phase === 'waiting') ticket.waiting = wait(ticket, nowMs);
      else if (set.paced) ticket.waiting = turns.take(flow, nowMs);
      return ticket;
    },
    leave(seat) {
      const ticket = seat as FlowTicket;
      if (ticket.phase !== 'executing') return;
      const { level, tally, seats } = ticket;
      const nowMs = clock.monotonicMs();
      const isWatch = ticket.call.info.verb === 'watch';
      observe(isWatch ? tally.watchSeconds : tally.executionSeconds, (nowMs - ticket.startedMs) / 1000);
      tally.executing--;
      const started: FlowTicket[] = [];
      if (finish(level.set, ticket, nowMs, started)) tally.executingSeats -= seats;
      else clock.setTimer(ticket.lingerMs, () => letGo(ticket));
      settle(level, started);
    },
    pause(seat) {
      const ticket = seat as FlowTicket;
      if (ticket.level.config.discipline === 'exempt') return undefined;
      return turns.take(ticket.flow, clock.monotonicMs());
    },
    forget: (seat) => (seat as FlowTicket).forgetWatch?.(),
    metrics() {
      roster.schemas(clock.monotonicMs());
      return flowControlMetrics(roster, tallies);
    },
    dump(page, includeRequestDetails) {
      roster.schemas(clock.monotonicMs());
      const epochMs = clock.now() - clock.monotonicMs();
      return dumpPage(page, roster.levels, epochMs, includeRequestDetails);
    },
    stop: timer.stop,
  };
}

function classify(schemas: readonly LiveSchema[], { user, info }: FlowCall): LiveSchema {
  for (const schema of schemas) if (rulesMatch(schema.config.rules, user, info)) return schema;
  // Every user is authenticated or not, so that the catch-all takes whatever comes here; it takes the rest, too.
  return schemas.find(({ config }) => config.name === 'catch-all') ?? schemas.at(-1)!;
}

function ticketFor(schema: LiveSchema, call: FlowCall, sources: EstimateSources): FlowTicket {
  const { level, tally, config, headers } = schema;
  const { discipline } = level.config;
  const distinguisher = typeof discipline === 'string' || discipline.queues < 2 ? '' : flowOf(schema, call);
  return {
    ...newTicket(estimateWork(sources, call.info, level.maxSeats), handOf(schema, distinguisher)),
    level,
    tally,
    schema: config.name,
    distinguisher,
    flow: `${config.name} ${call.user.name}`,
    call,
    headers,
    retryAfterSeconds: undefined,
    waiting: undefined,
    wake: undefined,
    forgetWatch: undefined,
  };
}

function flowOf({ config }: LiveSchema, { user, info }: FlowCall): string {
  switch (config.distinguisher) {
    case 'ByUser':
      return user.name;
    case 'ByNamespace':
      return info.namespace;
    case undefined:
      return '';
  }
}

const noHand: readonly number[] = Object.freeze([]);
const onlyQueue: readonly number[] = Object.freeze([0]);

function handOf({ level, config, hands }: LiveSchema, distinguisher: string): readonly number[] {
  const { discipline } = level.config;
  if (typeof discipline === 'string') return noHand;
  if (discipline.queues < 2) return onlyQueue;
  let hand = hands.get(distinguisher);
  if (hand) return hand;
  hand = dealHand(hashFlow(config.name, distinguisher), discipline.queues, discipline.handSize);
  if (hands.size >= maxFlowsRemembered) hands.clear();
  if (distinguisher.length <= maxRememberedNameChars) hands.set(distinguisher, hand);
  return hand;
}
