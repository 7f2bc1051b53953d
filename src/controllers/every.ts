import type { Clock, Timer } from '../apimachinery/clock.ts';

/** Does something again and again, first after `periodMs`. What it does must not reject. */
export function every(clock: Clock, periodMs: number, act: () => void): { stop(): void } {
  let timer: Timer | undefined;
  const wait = () => {
    timer = clock.setTimer(periodMs, () => {
      wait();
      act();
    });
  };
  wait();
  return { stop: () => timer?.cancel() };
}
