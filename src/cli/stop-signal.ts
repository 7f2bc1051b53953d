import type { EventEmitter } from 'node:events';

export interface StopSignal {
  /** Resolves with the name of the first signal. */
  readonly asked: Promise<string>;
  /** Gives the signals back their ordinary meaning. */
  forget(): void;
}

const signals = ['SIGTERM', 'SIGINT'] as const;

/** The first SIGTERM or SIGINT asks to stop; every further one calls `insist`. */
export function onStopSignal(source: EventEmitter, insist: () => void): StopSignal {
  const { promise, resolve } = Promise.withResolvers<string>();
  let heard = false;
  const listeners = signals.map((signal) => {
    const listener = () => {
      if (heard) insist();
      heard = true;
      resolve(signal);
    };
    source.on(signal, listener);
    return { signal, listener };
  });
  return {
    asked: promise,
    forget() {
      for (const { signal, listener } of listeners) source.off(signal, listener);
    },
  };
}
