import { nextTurn } from '../apimachinery/clock.ts';

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

/** Requests that go on in one turn of the event loop while several flows are there. */
const requestsPerTurn = 1;
/** How long after its last request a flow still counts as there. */
const presentMs = 10_000;
/** Requests of one flow that stand in line by themselves; whatever comes beyond goes on at once. */
const maxInLine = 10_000;

/**
 * A flow that has the thread to itself takes it as it likes. As soon as there is another one, each turn of the event loop is
 * so short that whoever comes in meanwhile is seen soon; and whoever has something to do is served in turn, however much it
 * is.
 */
export function createTurns(): Turns {
  /** In the order in which they are served. */
  const lines = new Map<unknown, () => boolean>();
  /** Requests of one flow, in order of arrival. */
  const ofFlow = new Map<string, Set<() => void>>();
  let wentOn = 0;
  let scheduled = false;
  let lastFlow: string | undefined;
  let sharedUntilMs = Number.NEGATIVE_INFINITY;

  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    nextTurn(turn);
  };
  const turn = () => {
    scheduled = false;
    wentOn = 0;
    while (lines.size > 0 && wentOn < requestsPerTurn) {
      const [key, serve] = lines.entries().next().value!;
      lines.delete(key);
      wentOn++;
      // Whoever has more to do goes to the end.
      if (serve()) lines.set(key, serve);
    }
    // Also after the last one, so that the next turn is free again.
    if (wentOn > 0) schedule();
  };
  const areShared = (flow: string, nowMs: number) => {
    if (flow !== lastFlow) {
      if (lastFlow !== undefined) sharedUntilMs = nowMs + presentMs;
      lastFlow = flow;
    }
    return nowMs <= sharedUntilMs;
  };
  const claim = () => {
    if (lines.size > 0 || wentOn >= requestsPerTurn) return false;
    wentOn++;
    // Begins the next turn.
    schedule();
    return true;
  };
  const line = (key: unknown, serve: () => boolean) => {
    if (!lines.has(key)) lines.set(key, serve);
    schedule();
  };
  const serveFlow = (flow: string) => () => {
    const requests = ofFlow.get(flow)!;
    const go = requests.values().next().value!;
    requests.delete(go);
    if (requests.size === 0) ofFlow.delete(flow);
    go();
    return requests.size > 0;
  };
  return {
    areShared,
    claim,
    line,
    take(flow, nowMs) {
      if (!areShared(flow, nowMs) || claim()) return undefined;
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
