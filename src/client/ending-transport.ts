import type { ClientAnswer, ClientTransport } from './transport.ts';

/** A way to give up on every answer that is still waited for. */
export interface Ending {
  /** The same transport, until the end. */
  over(transport: ClientTransport): ClientTransport;
  /** What is asked now or later is rejected; what has been sent may be done all the same. */
  end(): void;
}

export function createEnding(): Ending {
  const waiting = new Set<() => void>();
  let ended = false;
  const abandoned = () => new Error('nobody waits for the answer any more');
  return {
    over: ({ ask, stream }) => ({
      stream,
      ask(request) {
        if (ended) return Promise.reject(abandoned());
        return new Promise<ClientAnswer>((resolve, reject) => {
          const abandon = () => reject(abandoned());
          waiting.add(abandon);
          ask(request)
            .then(resolve, reject)
            .finally(() => waiting.delete(abandon));
        });
      },
    }),
    end() {
      ended = true;
      for (const abandon of waiting) abandon();
      waiting.clear();
    },
  };
}
