import type { Clock } from '../apimachinery/clock.ts';
import type { Level } from './level.ts';
import { dispatchOne, mayDispatch, release } from './queue-set.ts';
import type { FlowTicket } from './ticket.ts';
import type { Turns } from './turns.ts';
import type { WatchCount } from './watch-count.ts';

export interface SeatingOptions {
  readonly clock: Clock;
  readonly turns: Turns;
  readonly watches: WatchCount;
  /** Called when a level whose object is gone may have nobody left. */
  readonly retire: (level: Level) => void;
}

/** What happens to tickets that a queue set lets in. */
export interface Seating {
  /** Counts a ticket that has begun. */
  start(ticket: FlowTicket): void;
  /** After whatever changed a level: lets those go on who may, one by one when others have to have their turns. */
  settle(level: Level, started: readonly FlowTicket[]): void;
  /** After a while in which it told watchers, a write gives its seats back. */
  letGo(ticket: FlowTicket): void;
}

export function createSeating({ clock, turns, watches, retire }: SeatingOptions): Seating {
  const start = (ticket: FlowTicket) => {
    const { level, tally, call } = ticket;
    level.dispatched++;
    tally.dispatched++;
    if (level.config.discipline !== 'exempt') tally.begunAtOnce++;
    tally.executing++;
    tally.executingSeats += ticket.seats;
    if (call.info.verb === 'watch') ticket.forgetWatch = watches.register(call.info);
  };
  const settle = (level: Level, started: readonly FlowTicket[]) => {
    for (const ticket of started) {
      start(ticket);
      ticket.wake?.();
    }
    if (level.set.paced && mayDispatch(level.set)) turns.line(level, () => serve(level));
    if (level.quiescing) retire(level);
  };
  const serve = (level: Level): boolean => {
    const started: FlowTicket[] = [];
    // When the next one wants more seats than are free, whoever gives some back comes here again.
    if (!dispatchOne(level.set, clock.monotonicMs(), started)) return false;
    settle(level, started);
    return mayDispatch(level.set);
  };
  return {
    start,
    settle,
    letGo(ticket) {
      const { level, tally, seats } = ticket;
      const started: FlowTicket[] = [];
      release(level.set, ticket, clock.monotonicMs(), started);
      tally.executingSeats -= seats;
      settle(level, started);
    },
  };
}
