import { type Clock, nextTurn, othersRan } from '../apimachinery/clock.ts';

/** Shares the one thread that answers among flows: seats limit how many requests are under way, turns who is next. */
export interface Turns {
  /** Notes who is there. True when there is more than one flow, so that everybody has to take turns. */
  areShared(flow: string, nowMs: number): boolean;
  /** Takes what is left of this turn of the event loop. False when it is for others: then stand in line. */
  claim(): boolean;
  /**
   * Calls `serve` when it is the turn of `key`, and again in later turns for as long as it answers true. A key that stands in
   * line already stays where it is.
   */
  line(key: unknown, serve: () => boolean): void;
  /** Resolves when it is the flow's turn; undefined when it is already, and when nobody has to take turns. */
  take(flow: string, nowMs: number): Promise<void> | undefined;
}

/**
 * What goes on in one turn of the event loop while several flows are there: so little that whoever comes in meanwhile is seen
 * soon, and enough that the turns themselves do not cost much beside it.
 */
const requestsPerTurn = 4;
const turnMs = 0.5;
/** How long after its last request a flow still counts as there. */
const presentMs = 10_000;
/** Requests of one flow that stand in line by themselves; whatever comes beyond goes on at once. */
const maxInLine = 10_000;

/**
 * A flow that has the thread to itself takes it as it likes. As soon as there is another one, each turn of the event loop is
 * so short that whoever comes in meanwhile is seen soon; and whoever has something to do is served in turn, however much it
 * is.
 */
export function createTurns({ monotonicMs }: Pick<Clock, 'monotonicMs'>): Turns {
  /** In the order in which they are served. */
  const lines = new Map<unknown, () => boolean>();
  /** Requests of one flow, in order of arrival. */
  const ofFlow = new Map<string, Set<() => void>>();
  let wentOn = 0;
  let startMs = 0;
  let scheduled = false;
  const areShared = createPresence();

  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    nextTurn(turn);
  };
  /** Whether this turn of the event loop has room for one more; counts it then. */
  const hasRoom = (): boolean => {
    if (wentOn === 0) startMs = monotonicMs();
    else if (wentOn >= requestsPerTurn || monotonicMs() - startMs >= turnMs) return false;
    wentOn++;
    return true;
  };
  const turn = async () => {
    wentOn = 0;
    while (lines.size > 0 && hasRoom()) {
      const [key, serve] = lines.entries().next().value!;
      lines.delete(key);
      // Whoever has more to do goes to the end.
      if (serve()) lines.set(key, serve);
      // Their time is counted, too.
      await othersRan();
    }
    scheduled = false;
    // Also after the last one, so that the next turn is free again.
    if (wentOn > 0) schedule();
  };
  const claim = () => {
    if (lines.size > 0 || !hasRoom()) return false;
    // Begins the next turn.
    schedule();
    return true;
  };
  const line = (key: unknown, serve: () => boolean) => {
    if (!lines.has(key)) lines.set(key, serve);
    schedule();
  };
  /** A piece of a long answer, or a refusal, is enough for a turn: what they set off is not seen here. */
  const endTurn = () => {
    wentOn = requestsPerTurn;
  };
  const serveFlow = (flow: string) => () => {
    const requests = ofFlow.get(flow)!;
    const go = requests.values().next().value!;
    requests.delete(go);
    if (requests.size === 0) ofFlow.delete(flow);
    endTurn();
    go();
    return requests.size > 0;
  };
  return {
    areShared,
    claim,
    line,
    take(flow, nowMs) {
      if (!areShared(flow, nowMs)) return undefined;
      if (claim()) {
        endTurn();
        return undefined;
      }
      const requests = ofFlow.get(flow) ?? new Set();
      if (requests.size >= maxInLine) return undefined;
      ofFlow.set(flow, requests);
      return new Promise((resolve) => {
        requests.add(resolve);
        line(flow, serveFlow(flow));
      });
    },
  };
}

/** Tells whether more than one flow has been there lately. */
function createPresence(): Turns['areShared'] {
  let lastFlow: string | undefined;
  let lastMs = Number.NEGATIVE_INFINITY;
  let sharedUntilMs = Number.NEGATIVE_INFINITY;
  return (flow, nowMs) => {
    if (flow !== lastFlow && nowMs - lastMs <= presentMs) sharedUntilMs = nowMs + presentMs;
    lastFlow = flow;
    lastMs = nowMs;
    return nowMs <= sharedUntilMs;
  };
}
