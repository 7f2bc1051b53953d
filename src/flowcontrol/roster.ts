import type { StampedReader } from '../apimachinery/reader.ts';
import {
  type Configuration,
  flowSchemas,
  priorityLevels,
  readConfiguration,
  type SchemaConfig,
} from './configuration.ts';
import { borrow, isUseless, type Level, newLevel, observeDemand, setLimits } from './level.ts';
import { configure } from './queue-set.ts';
import { type FlowTally, pruneTallies, type Tallies, tallyFor } from './tally.ts';
import type { FlowTicket } from './ticket.ts';

/** A FlowSchema with what its requests need. */
export interface LiveSchema {
  readonly config: SchemaConfig;
  readonly level: Level;
  readonly tally: FlowTally;
  /** Sent with every answer: uids, so that names are not given away. */
  readonly headers: Readonly<Record<string, string>>;
  /** Queues by user or namespace, as far as they are remembered. */
  readonly hands: Map<string, readonly number[]>;
}

/** The priority levels at work, and the schemas that lead to them. */
export interface Roster {
  readonly levels: ReadonlyMap<string, Level>;
  /** In the order in which to try them; the last one takes everything. Looks at the objects again when they changed. */
  schemas(nowMs: number): readonly LiveSchema[];
  /** Lends seats anew, by what was asked for since the last time. */
  adjust(nowMs: number, quietPeriods: number): void;
  /** A level whose object is gone has nothing to do any more. */
  retire(level: Level): void;
  readonly fairFraction: () => number;
}

export interface RosterSources {
  readonly reader: StampedReader;
  /** Of the whole server. */
  readonly seats: number;
  readonly tallies: Tallies;
  /** Called when a level has another limit, with those who may begin because of it. */
  readonly settle: (level: Level, started: readonly FlowTicket[]) => void;
}

export function createRoster({ reader, seats, tallies, settle }: RosterSources): Roster {
  const levels = new Map<string, Level>();
  let schemas: readonly LiveSchema[] = [];
  let stamp: number | undefined;
  let fairFraction = 0;

  const lend = (nowMs: number) => {
    const adjustment = borrow(levels.values());
    fairFraction = adjustment.fairFraction;
    for (const [level, limit] of adjustment.limits) {
      const started: FlowTicket[] = [];
      configure(level.set, level.config.discipline, limit, nowMs, started);
      settle(level, started);
    }
  };
  const digest = (nowMs: number) => {
    const configuration = readConfiguration(reader);
    updateLevels(levels, configuration, nowMs);
    setLimits(levels.values(), seats);
    observeDemand(levels.values(), nowMs, 0);
    lend(nowMs);
    schemas = configuration.schemas.map((config) => liveSchema(config, levels, tallies));
    pruneTallies(tallies, new Set(schemas.map(({ tally }) => tally)));
  };
  return {
    levels,
    schemas(nowMs) {
      const current = reader.changeStamp(flowSchemas) + reader.changeStamp(priorityLevels);
      if (current !== stamp) {
        stamp = current;
        digest(nowMs);
      }
      return schemas;
    },
    adjust(nowMs, quietPeriods) {
      observeDemand(levels.values(), nowMs, quietPeriods);
      lend(nowMs);
    },
    retire(level) {
      if (!isUseless(level)) return;
      levels.delete(level.config.name);
      stamp = undefined;
    },
    fairFraction: () => fairFraction,
  };
}

/** A level whose object is gone keeps its part until whoever is in it has left. */
function updateLevels(levels: Map<string, Level>, configuration: Configuration, nowMs: number): void {
  for (const [name, config] of configuration.levels) {
    const level = levels.get(name);
    if (level) {
      level.config = config;
      level.quiescing = false;
    } else levels.set(name, newLevel(config, nowMs));
  }
  for (const [name, level] of levels) {
    if (configuration.levels.has(name)) continue;
    level.quiescing = true;
    if (isUseless(level)) levels.delete(name);
  }
}

function liveSchema(config: SchemaConfig, levels: ReadonlyMap<string, Level>, tallies: Tallies): LiveSchema {
  const level = levels.get(config.level)!;
  return {
    config,
    level,
    tally: tallyFor(tallies, config.level, config.name),
    headers: Object.freeze({
      'x-kubernetes-pf-flowschema-uid': config.uid,
      'x-kubernetes-pf-prioritylevel-uid': level.config.uid,
    }),
    hands: new Map(),
  };
}
