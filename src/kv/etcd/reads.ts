import { prefixEnd } from '../../apimachinery/ordered-map.ts';
import type { GetResult, KeyValue, ListOptions, ListResult, Revision } from '../types.ts';
import { CompactedError, FutureRevisionError } from '../types.ts';
import type { RangeAnswer } from './answers.ts';
import type { Calls } from './calls.ts';
import { isCompacted, isFuture, storeError } from './errors.ts';
import type { KeySpace } from './keys.ts';
import type { RangeRequest } from './requests.ts';
import { sharedQuestion } from './shared-question.ts';

/** Items asked for at once: a long list comes in pieces of one revision. */
const itemsPerRange = 1_000;
/** Times that a list of the newest begins again because others compacted what it was reading. */
const maxListAttempts = 5;

export interface ReadsOptions {
  readonly calls: Calls;
  readonly keys: KeySpace;
  floor(): Revision;
  newest(): Revision;
  /** A revision was seen in an answer. */
  see(revision: Revision): void;
  /** etcd's floor has become known; gives the store's. */
  seeFloor(compacted: Revision): Revision;
}

/** All read what is newest by a majority's word. They reject with the errors of the contract. */
export interface Reads {
  get(key: string, at?: Revision): Promise<GetResult>;
  list(prefix: string, options: ListOptions): Promise<ListResult>;
  count(prefix: string): Promise<{ readonly revision: Revision; readonly count: number }>;
  currentRevision(): Promise<Revision>;
  learnFloor(): Promise<Revision>;
  /** Resolves when the reads that are under way have ended. */
  settled(): Promise<void>;
}

export function createReads({ calls, keys, floor, newest, see, seeFloor }: ReadsOptions): Reads {
  const underWay = new Set<Promise<unknown>>();

  const learnFloor = async (): Promise<Revision> => seeFloor(await calls.compactedRevision());

  const explained = async (error: unknown): Promise<unknown> => {
    if (isFuture(error)) return new FutureRevisionError(newest());
    if (!isCompacted(error)) return storeError(error, false);
    return learnFloor().then(
      (now) => new CompactedError(now),
      (failure: unknown) => storeError(failure, false),
    );
  };

  const range = async (request: RangeRequest): Promise<RangeAnswer> => {
    const answer = await calls.range(request);
    see(answer.revision);
    return answer;
  };

  const reading = async <T>(at: Revision | undefined, work: () => Promise<T>): Promise<T> => {
    if (at !== undefined && at < floor()) throw new CompactedError(floor());
    const running = work();
    underWay.add(running);
    try {
      return await running;
    } catch (error) {
      throw await explained(error);
    } finally {
      underWay.delete(running);
    }
  };

  const named = (item: KeyValue): KeyValue => ({ ...item, key: keys.fromEtcd(item.key) });

  /** The items from `key` on, at one revision. */
  const items = async (
    key: string,
    end: string,
    { limit, revision: at }: ListOptions,
  ): Promise<ListResult> => {
    const found: KeyValue[] = [];
    let revision = at;
    for (let from = key; ; ) {
      const wanted = Math.min(itemsPerRange, (limit ?? Number.POSITIVE_INFINITY) - found.length);
      const answer = await range({ key: from, end, limit: wanted, ...(revision ? { revision } : {}) });
      revision ??= answer.revision;
      for (const item of answer.items) found.push(named(item));
      if (!answer.more || found.length === limit) return { revision, items: found, more: answer.more };
      from = `${answer.items.at(-1)!.key}\0`;
    }
  };

  const list = async (prefix: string, options: ListOptions): Promise<ListResult> => {
    const { startKey = prefix, revision } = options;
    if (startKey >= prefixEnd(prefix)) {
      const at = revision ?? (await calls.newestRevision());
      return { revision: at, items: [], more: false };
    }
    const key = keys.toEtcd(startKey < prefix ? prefix : startKey);
    for (let attempt = 1; ; attempt++) {
      try {
        return await items(key, prefixEnd(keys.toEtcd(prefix)), options);
      } catch (error) {
        if (revision !== undefined || !isCompacted(error) || attempt === maxListAttempts) throw error;
      }
    }
  };

  const askCurrent = async (): Promise<Revision> => {
    const revision = await calls.newestRevision();
    see(revision);
    return revision;
  };

  return {
    get: (key, at) =>
      reading(at, async () => {
        const answer = await range({ key: keys.toEtcd(key), ...(at ? { revision: at } : {}) });
        const [item] = answer.items;
        return { revision: at ?? answer.revision, kv: item && named(item) };
      }),
    list: (prefix, options) => reading(options.revision, () => list(prefix, options)),
    count: (prefix) =>
      reading(undefined, async () => {
        const end = prefixEnd(keys.toEtcd(prefix));
        const { revision, count } = await range({ key: keys.toEtcd(prefix), end, countOnly: true });
        return { revision, count };
      }),
    currentRevision: sharedQuestion(() => reading(undefined, askCurrent)),
    learnFloor,
    async settled() {
      await Promise.allSettled(underWay);
    },
  };
}
