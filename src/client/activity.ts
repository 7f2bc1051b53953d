/** Counts what is being done, so that somebody can tell when nothing is: requests, reconciliations, queued keys. */
export interface Activity {
  readonly busy: boolean;
  begin(): void;
  end(): void;
  /** Counts work until it is settled. */
  during<T>(work: () => Promise<T>): Promise<T>;
}

export function createActivity(): Activity {
  let count = 0;
  const begin = () => void count++;
  const end = () => void count--;
  return {
    get busy() {
      return count > 0;
    },
    begin,
    end,
    async during(work) {
      begin();
      try {
        return await work();
      } finally {
        end();
      }
    },
  };
}
