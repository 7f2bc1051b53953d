import { fromSorted, type OrderedMap } from '../apimachinery/ordered-map.ts';
import { CompactedError, type Kv, type Revision } from '../kv/types.ts';
import { type Entry, entryOf } from './entry.ts';

/** Objects read at once: what a store hands over is copied, and both copies of all objects must not be there together. */
const objectsPerRead = 2_000;
/** Times that reading begins again because others compacted what was being read. */
const maxLoadAttempts = 5;

export interface Loaded {
  readonly revision: Revision;
  readonly objects: OrderedMap<Entry>;
}

/** Everything in the store as of one revision, the newest when reading began. */
export async function loadObjects(kv: Kv): Promise<Loaded> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await readAll(kv);
    } catch (error) {
      if (!(error instanceof CompactedError) || attempt === maxLoadAttempts) throw error;
    }
  }
}

async function readAll(kv: Kv): Promise<Loaded> {
  const keys: string[] = [];
  const entries: Entry[] = [];
  let revision: Revision | undefined;
  let startKey: string | undefined;
  for (;;) {
    const page = await kv.list('/registry/', {
      // One more than is taken tells where the next page begins.
      limit: objectsPerRead + 1,
      ...(revision === undefined ? {} : { revision }),
      ...(startKey === undefined ? {} : { startKey }),
    });
    revision ??= page.revision;
    for (const item of page.more ? page.items.slice(0, -1) : page.items) {
      keys.push(item.key);
      entries.push(entryOf(item));
    }
    if (!page.more) return { revision, objects: fromSorted(keys, entries) };
    startKey = page.items.at(-1)!.key;
  }
}
