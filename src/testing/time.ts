import { type Clock, nextTurn, type VirtualClock } from '../apimachinery/clock.ts';
import type { ApiServer } from '../server.ts';

/** How a run ended. */
export interface Idleness {
  /** Whether nothing is left to do, whatever time passes. */
  readonly idle: boolean;
  /** When something is to be done next, in milliseconds since the epoch; undefined when nothing is. */
  readonly nextAt: number | undefined;
}

/** Stretches up to this length are gone through timer by timer. */
const exactMs = 60_000;
const hourMs = 3_600_000;
/** Turns of the event loop without anything to do after which there is nothing: as many as a change takes from hand to hand. */
const quietTurns = 3;

const isVirtual = (clock: Clock): clock is VirtualClock => 'advance' in clock && 'jump' in clock;

/** The passing of time in a cluster. */
export function timeOf(clock: Clock, { isBusy, nextWorkAt }: Pick<ApiServer, 'isBusy' | 'nextWorkAt'>) {
  const settled = async (): Promise<void> => {
    for (let quiet = 0; quiet < quietTurns; quiet = isBusy() ? 0 : quiet + 1) {
      await new Promise<void>((resolve) => nextTurn(resolve));
    }
  };
  const ownClock = (): VirtualClock => {
    if (!isVirtual(clock)) throw new Error('only a cluster with a virtual clock can be moved in time');
    return clock;
  };
  /** Goes to `targetMs`, before which no work is due. */
  const go = async (virtual: VirtualClock, targetMs: number): Promise<void> => {
    if (targetMs - virtual.now() > exactMs) virtual.jump(targetMs - virtual.now());
    for (let next = virtual.nextTimerAt(); next !== undefined && next <= targetMs; ) {
      virtual.advance(Math.max(next - virtual.now(), 0));
      await settled();
      next = virtual.nextTimerAt();
    }
    virtual.advance(Math.max(targetMs - virtual.now(), 0));
    await settled();
  };
  return {
    settled,
    async advance(byMs: number): Promise<void> {
      const virtual = ownClock();
      const endMs = virtual.now() + byMs;
      await settled();
      while (virtual.now() < endMs) await go(virtual, Math.min(nextWorkAt() ?? endMs, endMs));
    },
    async runUntilIdle({ withinMs = hourMs }: { readonly withinMs?: number } = {}): Promise<Idleness> {
      const virtual = ownClock();
      const endMs = virtual.now() + withinMs;
      await settled();
      for (let next = nextWorkAt(); next !== undefined && next <= endMs; next = nextWorkAt()) {
        await go(virtual, next);
      }
      const nextAt = nextWorkAt();
      return { idle: nextAt === undefined, nextAt };
    },
  };
}
