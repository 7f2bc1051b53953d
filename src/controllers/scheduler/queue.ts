import type { Clock, Timer } from '../../apimachinery/clock.ts';
import { createHeap } from '../../apimachinery/heap.ts';
import type { Pod } from '../../client/kinds.ts';
import type { Change } from './types.ts';

/** A pod that waits for its place. */
export interface Queued {
  readonly uid: string;
  pod: Pod;
  /** Order among pods of the same priority. */
  readonly sequence: number;
  /** How often no place was found. */
  attempts: number;
  failedAtMs: number;
}

export interface SchedulingQueue {
  /** A new pod, or a new state of one that waits already. `isNews`: what changed may give it a place. */
  put(pod: Pod, isNews: boolean): void;
  remove(uid: string): void;
  /** The most important pod that may be tried now; it is no longer in the queue. */
  pop(): Queued | undefined;
  readonly ready: boolean;
  /** No place was found: looked at again after one of these changes, or after five minutes. */
  wait(queued: Queued, wokenBy: ReadonlySet<Change>): void;
  /** Something went wrong that has nothing to do with the pod: looked at again after its pause. */
  retry(queued: Queued): void;
  /** Something changed in the cluster. */
  wake(change: Change): void;
  stop(): void;
}

export interface QueueOptions {
  readonly clock: Clock;
  /** For what is done again and again. */
  readonly upkeep: Clock;
  /** Called when there may be something to pop. */
  readonly onReady: () => void;
}

/** Pauses after failures: 1 s, 2 s, … (`podInitialBackoffSeconds`, `podMaxBackoffSeconds`). */
const firstPauseMs = 1_000;
const longestPauseMs = 10_000;
/** After this long a pod is tried again whatever has happened (`podMaxInUnschedulablePodsDuration`). */
const longestWaitMs = 5 * 60_000;
const sweepEveryMs = 30_000;

function pauseMs(attempts: number): number {
  return Math.min(firstPauseMs * 2 ** Math.max(attempts - 1, 0), longestPauseMs);
}

const priorityOf = ({ pod }: Queued): number => pod.spec?.priority ?? 0;

function isBefore(a: Queued, b: Queued): boolean {
  return priorityOf(a) === priorityOf(b) ? a.sequence < b.sequence : priorityOf(a) > priorityOf(b);
}

/** Pods in the order in which they are tried: by priority, then as they came. */
export function createSchedulingQueue({ clock, upkeep, onReady }: QueueOptions): SchedulingQueue {
  const active = createHeap<Queued>(isBefore);
  const all = new Map<string, Queued>();
  const waiting = new Map<Queued, ReadonlySet<Change>>();
  const pausing = new Map<Queued, Timer>();
  let sequence = 0;

  const activate = (queued: Queued) => {
    leave(queued);
    all.set(queued.uid, queued);
    active.push(queued);
    onReady();
  };
  /** Takes a pod out of wherever it is. */
  const leave = (queued: Queued) => {
    all.delete(queued.uid);
    active.remove(queued);
    waiting.delete(queued);
    pausing.get(queued)?.cancel();
    pausing.delete(queued);
  };
  const pause = (queued: Queued) => {
    const leftMs = queued.failedAtMs + pauseMs(queued.attempts) - clock.now();
    if (leftMs <= 0) {
      activate(queued);
      return;
    }
    waiting.delete(queued);
    all.set(queued.uid, queued);
    const timer = clock.setTimer(leftMs, () => activate(queued));
    pausing.set(queued, timer);
  };
  const stopSweeping = regularly(upkeep, () => {
    for (const [queued] of waiting) {
      if (clock.now() - queued.failedAtMs >= longestWaitMs) activate(queued);
    }
  });
  return {
    put(pod, isNews) {
      const { uid } = pod.metadata;
      const known = all.get(uid);
      if (!known) {
        activate({ uid, pod, sequence: sequence++, attempts: 0, failedAtMs: 0 });
        return;
      }
      const wasActive = active.remove(known);
      known.pod = pod;
      if (wasActive) active.push(known);
      else if (isNews && waiting.has(known)) pause(known);
    },
    remove(uid) {
      const known = all.get(uid);
      if (known) leave(known);
    },
    pop() {
      const queued = active.pop();
      if (queued) all.delete(queued.uid);
      return queued;
    },
    get ready() {
      return active.size > 0;
    },
    wait(queued, wokenBy) {
      fail(queued, clock);
      all.set(queued.uid, queued);
      waiting.set(queued, wokenBy);
    },
    retry(queued) {
      fail(queued, clock);
      pause(queued);
    },
    wake(change) {
      for (const [queued, wokenBy] of waiting) if (wokenBy.has(change)) pause(queued);
    },
    stop() {
      stopSweeping();
      for (const timer of pausing.values()) timer.cancel();
    },
  };
}

function fail(queued: Queued, clock: Clock): void {
  queued.attempts++;
  queued.failedAtMs = clock.now();
}

/** Answers how to end it. */
function regularly(clock: Clock, act: () => void): () => void {
  const run = () => {
    act();
    timer = clock.setTimer(sweepEveryMs, run);
  };
  let timer = clock.setTimer(sweepEveryMs, run);
  return () => timer.cancel();
}
