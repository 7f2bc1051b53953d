/** One who waits, with what came of it once the batch is done. */
interface Waiting {
  refusal: unknown;
}

/**
 * Works on one batch for each key at a time: what comes meanwhile is the next batch. Resolves when the item's batch is
 * done; rejects with the item's `refusal`, or with what `work` throws.
 */
export function inBatches<T extends Waiting>(
  work: (key: string, batch: readonly T[]) => Promise<void>,
): (key: string, item: T) => Promise<void> {
  /** The next batch of keys that are being worked on. */
  const next = new Map<string, T[]>();
  const running = new Map<string, Promise<void>>();

  const run = async (key: string) => {
    const batch = next.get(key)!;
    next.delete(key);
    await work(key, batch);
  };
  return async (key, item) => {
    const batch = next.get(key);
    if (batch) batch.push(item);
    else {
      next.set(key, [item]);
      const before = running.get(key);
      const mine: Promise<void> = (before ? before.catch(() => {}) : Promise.resolve())
        .then(() => run(key))
        .finally(() => running.get(key) === mine && running.delete(key));
      running.set(key, mine);
    }
    await running.get(key);
    if (item.refusal !== undefined) throw item.refusal;
  };
}
