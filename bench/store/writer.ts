import type { Random } from '../../src/apimachinery/random.ts';
import type { Kv, Revision } from '../../src/kv/types.ts';

const minValueBytes = 512;
const maxValueBytes = 1_536;
/** One write of so many deletes its key; the next one makes it anew. */
const writesPerDelete = 50;

const template = new Uint8Array(maxValueBytes).fill('x'.charCodeAt(0));

/** Writes the keys with the numbers `first`, `first + step` and so on below `keys`, of which nobody else writes any. */
export interface Writer {
  /** Every key once. */
  fill(): Promise<void>;
  /** Writes one key and waits for the disk. */
  write(): Promise<void>;
}

export function createWriter(
  kv: Kv,
  random: Random,
  { first, step, keys }: { first: number; step: number; keys: number },
): Writer {
  const count = Math.ceil((keys - first) / step);
  const revisions = new Float64Array(count);
  let written = 0;
  let deleted: number | undefined;

  const nameOf = (index: number): string =>
    `/registry/api/v1/pods/bench-${first % 16}/pod-${String(first + index * step).padStart(8, '0')}`;
  const nextValue = (): Uint8Array =>
    template.subarray(0, minValueBytes + random.int(maxValueBytes - minValueBytes + 1));

  const settle = (index: number, result: { ok: boolean; revision: Revision }, revision: Revision): void => {
    if (!result.ok) throw new Error(`a write of ${nameOf(index)} lost against a revision nobody made`);
    revisions[index] = revision;
  };
  const put = async (index: number): Promise<void> => {
    const result = await kv.putIf(nameOf(index), nextValue(), revisions[index]!);
    settle(index, result, result.revision);
  };
  const remove = async (index: number): Promise<void> =>
    settle(index, await kv.deleteIf(nameOf(index), revisions[index]!), 0);

  return {
    async fill() {
      for (let index = 0; index < count; index++) await put(index);
    },
    async write() {
      const again = deleted;
      deleted = undefined;
      if (again !== undefined) return put(again);
      // Twice: some keys change all the time, others hardly ever, as in a cluster.
      const index = random.int(random.int(count) + 1);
      if (++written % writesPerDelete !== 0) return put(index);
      deleted = index;
      await remove(index);
    },
  };
}
