import { openSqliteReader } from '../kv/sqlite/reader.ts';
import { CompactedError, type KeyValue, type Kv, type Revision } from '../kv/types.ts';

/** What is in a store at one moment, whatever is written to it meanwhile. Memory does not grow with it. */
export interface Content {
  readonly revision: Revision;
  readonly count: number;
  /** In byte order of the keys. */
  items(): AsyncIterable<KeyValue>;
  close(): Promise<void>;
}

/** Everything that a store has lies below it. */
const everything = '/registry/';
/** Keys read at once: with values of the largest size that etcd takes, some hundred megabytes. */
const keysPerRead = 200;

/** The content of an open store, which stays open until the content is closed. */
export async function contentOf(kv: Kv): Promise<Content> {
  const revision = await kv.currentRevision();
  return {
    revision,
    count: (await kv.count(everything)).count,
    items: () => pages(kv, revision),
    close: () => kv.close(),
  };
}

async function* pages(kv: Kv, revision: Revision): AsyncIterable<KeyValue> {
  for (let startKey: string | undefined = everything; startKey !== undefined; ) {
    const { items, more } = await page(kv, revision, startKey);
    yield* items;
    startKey = more ? `${items.at(-1)!.key} ` : undefined;
  }
}

async function page(kv: Kv, revision: Revision, startKey: string) {
  try {
    return await kv.list(everything, { revision, startKey, limit: keysPerRead });
  } catch (error) {
    if (!(error instanceof CompactedError)) throw error;
    throw new Error(
      `the store was compacted while revision ${revision} was read; try again, with a longer --history-window of its servers ` +
        'when that happens again',
      { cause: error },
    );
  }
}

/** The content of a SQLite store, which a server may have open. Throws an Error to be shown to the operator. */
export function contentOfSqlite(path: string): Content {
  const reader = openSqliteReader(path);
  return {
    revision: reader.revision,
    count: reader.count(),
    async *items() {
      yield* reader.items();
    },
    close: async () => reader.close(),
  };
}
