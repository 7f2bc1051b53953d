import type { Sweep } from './compaction.ts';
import type { RequestId } from './messages.ts';
import type { ReadJob } from './reads.ts';

/** Rows removed in one slice of a compaction. Each may lie on a page of its own, so this bounds what a slice writes. */
const rowsPerSlice = 64;
/**
 * Rows removed at least for each write of the transaction before, so that a compaction ends however much is written: a write
 * puts one row out of reach, a delete two, which the compaction after this one has to remove.
 */
const rowsPerWrite = 3;
/** The same of pages: the longer the history that a compaction drops, the more of its rows lie together. */
const pagesPerWrite = 1;

/** The sweeps of a store, one after another. */
export interface Sweeps {
  /** `id`: the request that is answered when it is done. */
  add(sweep: Sweep, id?: RequestId): void;
  /** Does one slice, unless a read needs its rows, and gives the pages that it has written, about. */
  step(committed: number, reads: readonly ReadJob[]): number;
  /** What the database has refused may be tried again: something has come that may have made room. */
  retry(): void;
  /** True when there is something to do. An idle store does not try again and again what was refused. */
  readonly waiting: boolean;
}

export function createSweeps(done: (id: RequestId) => void): Sweeps {
  const queue: { readonly sweep: Sweep; readonly id: RequestId | undefined }[] = [];
  let refused = false;
  return {
    get waiting() {
      return queue.length > 0 && !refused;
    },
    add: (sweep, id) => void queue.push({ sweep, id }),
    retry() {
      refused = false;
    },
    step(committed, reads) {
      const next = queue[0];
      if (!next || refused) return 0;
      const { sweep, id } = next;
      if (reads.some(({ oldestRevision }) => oldestRevision < sweep.floor)) return 0;
      const pages = sweep.step({
        rows: Math.max(rowsPerSlice, rowsPerWrite * committed),
        pages: Math.max(rowsPerSlice, pagesPerWrite * committed),
      });
      refused = pages === undefined;
      if (sweep.done) {
        queue.shift();
        if (id !== undefined) done(id);
      }
      return pages ?? 0;
    },
  };
}
