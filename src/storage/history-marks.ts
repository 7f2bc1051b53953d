import type { Clock } from '../apimachinery/clock.ts';
import type { KubeObject } from '../apimachinery/object.ts';
import type { Kv, Revision } from '../kv/types.ts';
import { encodeStored } from '../scheme/codec/stored.ts';

/** No resource of the API. Means nothing in another store, whose revisions are others (`src/maintenance/transfer.ts`). */
export const historyMarksKey = '/registry/historymarks';

/** Marks kept of one window: how exactly a server that has just started knows where the window begins. */
const maxMarks = 16;
/** However short the window is. */
const leastMarkEveryMs = 10_000;

/** `revision` was the newest at `atMs`, milliseconds since the Unix epoch. */
export interface HistoryMark {
  readonly atMs: number;
  readonly revision: Revision;
}

/**
 * When revisions were made, kept in the store itself, for servers that are started more often than their window of history is
 * long. By the clock on the wall: a mark that seems to come from the future, or from a revision that is not there yet, is none.
 */
export interface HistoryMarks {
  /** How often `remember` is worth a call. */
  readonly everyMs: number;
  /** Oldest first. */
  read(): Promise<readonly HistoryMark[]>;
  /** Adds one for now, unless another server has just done so or nothing was written since the last. Rejects as writes do. */
  remember(): Promise<void>;
}

export function historyMarks(kv: Kv, clock: Clock, windowMs: number): HistoryMarks {
  const everyMs = Math.max(windowMs / maxMarks, leastMarkEveryMs);
  const current = async () => {
    const { kv: item } = await kv.get(historyMarksKey);
    const now = { atMs: clock.now(), revision: kv.revision() };
    const marks = item ? marksOf(item.value).filter((mark) => isPast(mark, now)) : [];
    return { modRevision: item?.modRevision ?? 0, marks, now };
  };
  return {
    everyMs,
    read: async () => (await current()).marks,
    async remember() {
      const { modRevision, marks, now } = await current();
      const last = marks.at(-1);
      // Half, as servers that share a store do not call at the same time.
      if (now.revision <= modRevision || (last && last.atMs > now.atMs - everyMs / 2)) return;
      // One that is older than the window says where it begins.
      const oldest = marks.findLastIndex(({ atMs }) => atMs <= now.atMs - windowMs);
      const kept = [...marks.slice(Math.max(oldest, marks.length - maxMarks, 0)), now];
      // Whoever was faster has written the same.
      await kv.putIf(historyMarksKey, encoded(kept), modRevision);
    },
  };
}

const isPast = (mark: HistoryMark, now: HistoryMark): boolean =>
  mark.atMs <= now.atMs && mark.revision <= now.revision;

const encoded = (marks: readonly HistoryMark[]): Buffer =>
  encodeStored({
    apiVersion: 'v1',
    kind: 'HistoryMarks',
    metadata: {},
    marks: marks.map(({ atMs, revision }) => [atMs, revision]),
  } as unknown as KubeObject);

function marksOf(value: Uint8Array): HistoryMark[] {
  const { marks } = JSON.parse(Buffer.from(value).toString()) as { marks: [number, number][] };
  return marks.map(([atMs, revision]) => ({ atMs, revision }));
}
