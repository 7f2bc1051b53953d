/**
 * Does something `count` times, a few times at once and twice as many after each round that went well, so that what fails for all
 * of them is not tried by all. Rejects with the first failure after its round has ended.
 */
export async function slowStart(count: number, act: () => Promise<unknown>): Promise<void> {
  for (let done = 0, size = 1; done < count; done += size, size *= 2) {
    const round = Math.min(size, count - done);
    const results = await Promise.allSettled(Array.from({ length: round }, act));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }
}
