import type { KubeObject } from '../apimachinery/object.ts';
import type { Kv, KvEvent, LeaseId, Revision } from '../kv/types.ts';
import { encodeStored, withResourceVersion } from '../scheme/codec/stored.ts';
import { type ChangeEvent, Entry } from './entry.ts';
import type { WatchCache } from './watch-cache.ts';

/** What an update function wants done with the object it was given. */
export type Outcome =
  | { readonly action: 'put'; readonly object: KubeObject }
  | { readonly action: 'delete' }
  /** Nothing to write: the answer is the object as it stands. */
  | { readonly action: 'keep' };

export interface Updated {
  /** The object after the write; for a delete its last state. */
  readonly entry: Entry;
  readonly action: Outcome['action'];
}

/** Seen when a create finds its key taken. */
export interface Taken {
  readonly taken: Entry;
}

/** Lost races an update may have before it gives up with a conflict. */
const maxAttempts = 100;

/** Objects on top of `kv`. Used by the registry; policy (admission, validation, errors of the API) is none of its business. */
export class ObjectStore {
  readonly #kv: Kv;
  readonly cache: WatchCache;

  constructor(kv: Kv, cache: WatchCache) {
    this.#kv = kv;
    this.cache = cache;
  }

  /** Writes `object` under a key that must be free. */
  async create(key: string, object: KubeObject, lease?: LeaseId): Promise<Entry | Taken> {
    const bytes = encodeStored(object);
    const result = await this.#kv.putIf(key, bytes, 0, lease === undefined ? {} : { lease });
    if (result.ok) return this.#written(key, bytes, result.revision, result.revision);
    if (!result.current) return this.create(key, object, lease);
    const { value, modRevision, createRevision } = result.current;
    return { taken: new Entry(key, withResourceVersion(value, modRevision), modRevision, createRevision) };
  }

  /**
   * The compare-and-swap loop: `decide` sees the newest object (undefined when there is none) and says what to do; when
   * somebody else wrote in the meantime it is asked again with the fresh object. It may run several times, so it must
   * depend on nothing but its argument. What it throws ends the update.
   */
  async update(
    key: string,
    decide: (current: Entry | undefined) => Promise<Outcome> | Outcome,
    lease?: LeaseId,
  ): Promise<Updated | undefined> {
    let current = this.cache.get(key);
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const outcome = await decide(current);
      if (outcome.action === 'keep') return current && { entry: current, action: 'keep' };
      const bytes = outcome.action === 'put' ? encodeStored(outcome.object) : undefined;
      const expected = current?.modRevision ?? 0;
      const result = bytes
        ? await this.#kv.putIf(key, bytes, expected, lease === undefined ? {} : { lease })
        : await this.#kv.deleteIf(key, expected);
      if (result.ok) {
        const { revision } = result;
        const entry = bytes
          ? this.#written(key, bytes, revision, current?.createRevision ?? revision)
          : (current as Entry);
        return { entry, action: outcome.action };
      }
      current = result.current && toEntry(result.current);
    }
    return undefined;
  }

  grantLease(ttlSeconds: number): Promise<LeaseId> {
    return this.#kv.grantLease(ttlSeconds);
  }

  /** The objects as of an old revision, from the store's history. Throws what `Kv.list` throws. */
  async listAt(prefix: string, revision: Revision, startKey: string | undefined, limit: number | undefined) {
    const page = await this.#kv.list(prefix, {
      revision,
      ...(startKey === undefined ? {} : { startKey }),
      ...(limit === undefined ? {} : { limit }),
    });
    return { entries: page.items.map(toEntry), more: page.more };
  }

  /**
   * The changes after `from` up to `to` from the store's history, for watches that start before the cache's window.
   * Throws `CompactedError`; undefined when there are more than `maxEvents`.
   */
  history(from: Revision, to: Revision, maxEvents: number): Promise<readonly ChangeEvent[] | undefined> {
    return new Promise((resolve, reject) => {
      const found: ChangeEvent[] = [];
      const watch = this.#kv.watch(
        from + 1,
        {
          onEvents: (events) => {
            for (const event of events) if (event.revision <= to) found.push(toChange(event));
            const last = events.at(-1);
            if (found.length > maxEvents) finish(undefined);
            else if (last && last.revision >= to) finish(found);
          },
          onProgress: (revision) => {
            if (revision >= to) finish(found);
          },
          onError: reject,
        },
        { previous: true },
      );
      const finish = (result: readonly ChangeEvent[] | undefined) => {
        resolve(result);
        queueMicrotask(() => watch.stop());
      };
    });
  }

  /** The oldest revision that history can still be read from. */
  compactRevision(): Revision {
    return this.#kv.compactRevision();
  }

  /** The cache has usually seen the write already, with the same bytes. */
  #written(key: string, bytes: Buffer, revision: Revision, createRevision: Revision): Entry {
    const cached = this.cache.get(key);
    if (cached?.modRevision === revision) return cached;
    return new Entry(key, withResourceVersion(bytes, revision), revision, createRevision);
  }
}

function toChange({ type, key, revision, value, createRevision, previous }: KvEvent): ChangeEvent {
  const entry = new Entry(key, withResourceVersion(value, revision), revision, createRevision);
  return { type, key, revision, entry, previous: previous && toEntry(previous) };
}

const toEntry = (kv: {
  key: string;
  value: Uint8Array;
  modRevision: Revision;
  createRevision: Revision;
}): Entry =>
  new Entry(kv.key, withResourceVersion(kv.value, kv.modRevision), kv.modRevision, kv.createRevision);
