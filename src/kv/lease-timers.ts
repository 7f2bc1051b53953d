import type { Clock, Timer } from '../apimachinery/clock.ts';
import type { LeaseId } from './types.ts';

/** One timer per lease that is still running. */
export interface LeaseTimers {
  /** Calls `onDue(lease)` once the clock has reached `expiresAtMs` (milliseconds since the epoch). */
  arm(lease: LeaseId, expiresAtMs: number): void;
  cancel(lease: LeaseId): void;
  cancelAll(): void;
}

export function createLeaseTimers(clock: Clock, onDue: (lease: LeaseId) => void): LeaseTimers {
  const timers = new Map<LeaseId, Timer>();

  const arm = (lease: LeaseId, expiresAtMs: number): void => {
    timers.get(lease)?.cancel();
    const timer = clock.setTimer(expiresAtMs - clock.now(), () => {
      // A timer may fire early: its longest delay is bounded, and the wall clock can be set back.
      if (clock.now() < expiresAtMs) return arm(lease, expiresAtMs);
      timers.delete(lease);
      onDue(lease);
    });
    timers.set(lease, timer);
  };

  return {
    arm,
    cancel(lease) {
      timers.get(lease)?.cancel();
      timers.delete(lease);
    },
    cancelAll() {
      for (const timer of timers.values()) timer.cancel();
      timers.clear();
    },
  };
}
