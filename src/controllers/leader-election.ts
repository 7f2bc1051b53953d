import type { Clock } from '../apimachinery/clock.ts';
import {
  createOffice,
  defaultElectionTiming,
  type ElectionOptions,
  type ElectionTiming,
} from './leader-lease.ts';

/** Those who wait come at different times: up to this share of the period later. */
const jitterFactor = 1.2;

/** What only one of all candidates does. */
export interface LedWork {
  /**
   * Called whenever the lease was won, never while earlier work has not been stopped. A rejection is logged, and the lease is
   * given up.
   */
  onStart(): Promise<Running>;
}

export interface Running {
  /** Resolves when nothing is done any more. Called once, when the lease was lost or the candidate retires. */
  stop(): Promise<void>;
}

export interface Candidate {
  isLeader(): boolean;
  /** Whom the lease named when it was last looked at; empty when nobody. */
  leader(): string;
  /** Stops the work, then gives the lease back so that another need not wait for its end. Idempotent; never rejects. */
  stop(): Promise<void>;
}

/**
 * Runs for an office that one process at a time has, by a Lease as client-go's `leaderelection` does. Wins, works, and when the
 * lease is lost stops the work and runs again, until it is stopped.
 *
 * Two never work at once as long as their clocks run equally fast and work stops within `leaseDurationMs - renewDeadlineMs`: a
 * leader counts from before it sent its last renewal, the others from after they saw it. Nobody compares the times in the lease
 * with a clock. Throws an Error for timing under which this would not hold.
 */
export function leadWhileHolding(options: ElectionOptions, work: LedWork): Candidate {
  const { clock, random, log, identity } = options;
  const timing = checkedTiming(options.timing ?? defaultElectionTiming);
  const office = createOffice(options, timing);
  const retiring = new AbortController();
  const fields = { lease: `${options.lease.namespace}/${options.lease.name}`, identity };
  let leading = false;

  const win = async (): Promise<boolean> => {
    while (!retiring.signal.aborted) {
      await office.attempt();
      if (office.heldForMs() > 0 && !retiring.signal.aborted) return true;
      const jitterMs = random.int(Math.ceil(timing.retryPeriodMs * jitterFactor));
      await pause(clock, timing.retryPeriodMs + jitterMs, retiring.signal);
    }
    if (office.heldForMs() > 0) await office.release();
    return false;
  };
  /** Resolves when the lease is lost, or on the signal. */
  const hold = async (signal: AbortSignal): Promise<void> => {
    for (let leftMs = office.heldForMs(); leftMs > 0; leftMs = office.heldForMs()) {
      await pause(clock, Math.min(timing.retryPeriodMs, leftMs), signal);
      if (signal.aborted) return;
      // An attempt that hangs must not make a leader believe in a lease that has ended.
      const answered = new AbortController();
      const ending = AbortSignal.any([signal, answered.signal]);
      const attempt = office.attempt().then(() => answered.abort());
      await Promise.race([attempt, pause(clock, office.heldForMs(), ending)]);
    }
  };
  const lead = async (): Promise<void> => {
    const term = new AbortController();
    const holding = hold(term.signal);
    const starting = (async () => work.onStart())();
    const failed = starting.then(
      () => new Promise<never>(() => {}),
      (error: unknown) => log.error('a leader could not begin to work', { ...fields, error }),
    );
    await Promise.race([holding, failed, aborted(retiring.signal)]);
    leading = false;
    // Renews on meanwhile, unless it was lost.
    await stopWork(starting, (error) => log.error('a leader could not stop its work', { ...fields, error }));
    term.abort();
    await holding;
    await office.release();
  };
  const run = async (): Promise<void> => {
    while (await win()) {
      leading = true;
      log.info('leads now', fields);
      office.report('became leader');
      await lead();
      log.info('leads no more', fields);
      office.report('stopped leading');
      await pause(clock, timing.retryPeriodMs, retiring.signal);
    }
    await office.reported();
  };
  const running = run();
  return {
    isLeader: () => leading,
    leader: office.holder,
    stop() {
      retiring.abort();
      return running;
    },
  };
}

/* `NewLeaderElector` of client-go. */
function checkedTiming(timing: ElectionTiming): ElectionTiming {
  const { leaseDurationMs, renewDeadlineMs, retryPeriodMs } = timing;
  if (!(leaseDurationMs > renewDeadlineMs)) {
    throw new Error('leaseDuration must be greater than renewDeadline');
  }
  if (!(renewDeadlineMs > retryPeriodMs * jitterFactor)) {
    throw new Error('renewDeadline must be greater than retryPeriod*JitterFactor');
  }
  if (!(retryPeriodMs > 0)) throw new Error('retryPeriod must be greater than zero');
  return timing;
}

async function stopWork(starting: Promise<Running>, onError: (error: unknown) => void): Promise<void> {
  const running = await starting.catch(() => undefined);
  try {
    await running?.stop();
  } catch (error) {
    onError(error);
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Ends early on the signal. */
function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      timer.cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = clock.setTimer(ms, end);
    signal.addEventListener('abort', end);
  });
}
