import type { Level } from './level.ts';
import type { Ticket } from './queue-state.ts';
import type { FlowTally } from './tally.ts';
import type { FlowCall, Seat } from './types.ts';

/** A request in a queue set, and the seat that its endpoint holds. */
export interface FlowTicket extends Ticket, Seat {
  readonly level: Level;
  readonly tally: FlowTally;
  readonly schema: string;
  /** The user or namespace that tells flows of one schema apart; '' when nothing does. */
  readonly distinguisher: string;
  /** Whom its turns are given to: its user, within the schema. */
  readonly flow: string;
  readonly call: FlowCall;
  retryAfterSeconds: number | undefined;
  waiting: Promise<void> | undefined;
  /** Ends the wait. Set while the request waits. */
  wake: (() => void) | undefined;
  forgetWatch: (() => void) | undefined;
}
