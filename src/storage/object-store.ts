import type { KubeObject } from '../apimachinery/object.ts';
import { requestTooLarge } from '../apimachinery/status.ts';
import { maxValueBytes } from '../kv/checks.ts';
import type { Kv, KvEvent, LeaseId, Revision } from '../kv/types.ts';
import { encodeStored, withResourceVersion } from '../scheme/codec/stored.ts';
import { atRevision, type ChangeEvent, Entry, entryOf } from './entry.ts';
import { translated } from './errors.ts';
import { isBelow } from './followers.ts';
import type { WatchCache } from './watch-cache.ts';

/** What an update function wants done with the object it was given. */
export type Outcome =
  | { readonly action: 'put'; readonly object: KubeObject }
  | { readonly action: 'delete' }
  /** Nothing to write: the answer is the object as it stands. */
  | { readonly action: 'keep' };

export interface Updated {
  /** The object after the write; for a delete its last state, with the delete's revision as its resourceVersion. */
  readonly entry: Entry;
  readonly action: Outcome['action'];
}

/** Seen when a create finds its key taken. */
export interface Taken {
  readonly taken: Entry;
}

/** Lost races an update may have before it gives up with a conflict. */
const maxAttempts = 100;

/**
 * Objects on top of `kv`. Used by the registry; policy (admission, validation) is none of its business. Writes throw 503
 * when the store is unavailable and nothing happened, 504 when it is not known whether it did, 413 when the object is
 * larger than any store takes.
 */
export class ObjectStore {
  readonly #kv: Kv;
  readonly cache: WatchCache;
  /** Whether the value of a key would be written otherwise today, although the object is the same; undefined: never. */
  readonly isStale: ((key: string) => Promise<boolean>) | undefined;

  constructor(kv: Kv, cache: WatchCache, isStale?: (key: string) => Promise<boolean>) {
    this.#kv = kv;
    this.cache = cache;
    this.isStale = isStale;
  }

  /** Writes `object` under a key that must be free. */
  create(key: string, object: KubeObject, lease?: LeaseId): Promise<Entry | Taken> {
    return Promise.try(() => this.#createAs(key, encoded(object), lease));
  }

  /** Has the bytes and not the object, which need not stay in memory while the store writes. */
  async #createAs(key: string, bytes: Buffer, lease: LeaseId | undefined): Promise<Entry | Taken> {
    const result = await translated(this.#kv.putIf(key, bytes, 0, lease === undefined ? {} : { lease }));
    if (result.ok) return this.#written(key, bytes, result.revision, result.revision);
    if (!result.current) return this.#createAs(key, bytes, lease);
    return { taken: entryOf(result.current) };
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
    let isCertain = !this.#kv.shared;
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const outcome = await attempted(decide, current, isCertain);
      if (outcome === undefined) {
        current = await this.getNewest(key);
        isCertain = true;
        continue;
      }
      if (outcome.action === 'keep') return current && { entry: current, action: 'keep' };
      const bytes = outcome.action === 'put' ? encoded(outcome.object) : undefined;
      const expected = current?.modRevision ?? 0;
      const result = await translated(
        bytes
          ? this.#kv.putIf(key, bytes, expected, lease === undefined ? {} : { lease })
          : this.#kv.deleteIf(key, expected),
      );
      if (result.ok) {
        const { revision } = result;
        const entry = bytes
          ? this.#written(key, bytes, revision, current?.createRevision ?? revision)
          : atRevision(current!, revision);
        return { entry, action: outcome.action };
      }
      current = result.current && entryOf(result.current);
      isCertain = true;
    }
    return undefined;
  }

  /** Whether other processes may write what this one reads. */
  get isShared(): boolean {
    return this.#kv.shared;
  }

  grantLease(ttlSeconds: number): Promise<LeaseId> {
    return translated(this.#kv.grantLease(ttlSeconds));
  }

  /** The newest object from the store itself, for when the cache is behind. 503 when the store is unavailable. */
  async getNewest(key: string): Promise<Entry | undefined> {
    const { kv } = await translated(this.#kv.get(key));
    return kv && entryOf(kv);
  }

  /** The objects as of an old revision, from the store's history. Throws CompactedError, FutureRevisionError or a 503. */
  async listAt(prefix: string, revision: Revision, startKey: string | undefined, limit: number | undefined) {
    const page = await translated(
      this.#kv.list(prefix, {
        revision,
        ...(startKey === undefined ? {} : { startKey }),
        ...(limit === undefined ? {} : { limit }),
      }),
    );
    return { entries: page.items.map(entryOf), more: page.more };
  }

  /** The object as of an old revision, from the store's history; undefined when it was not there. Throws as `listAt`. */
  async getAt(key: string, revision: Revision): Promise<Entry | undefined> {
    const { kv } = await translated(this.#kv.get(key, revision));
    return kv && entryOf(kv);
  }

  /**
   * The changes of the keys under `prefix` (or of one key) after `from` up to `to` from the store's history, for watches
   * that start before the cache's window. Throws CompactedError or a 503; undefined when more than `maxExamined` changes
   * of all keys lie in between.
   */
  history(
    prefix: string,
    from: Revision,
    to: Revision,
    maxExamined: number,
  ): Promise<readonly ChangeEvent[] | undefined> {
    const read = new Promise<readonly ChangeEvent[] | undefined>((resolve, reject) => {
      const found: ChangeEvent[] = [];
      let examined = 0;
      const finish = (result: readonly ChangeEvent[] | undefined) => {
        watch.stop();
        resolve(result);
      };
      const take = (events: readonly KvEvent[]) => {
        for (const event of events) {
          if (event.revision > to) return finish(found);
          if (++examined > maxExamined) return finish(undefined);
          if (isBelow(prefix, event.key)) found.push(toChange(event));
        }
      };
      const watch = this.#kv.watch(
        from + 1,
        {
          onEvents: (events) => {
            try {
              take(events);
            } catch (error) {
              // A value that nobody can read, which others wrote to a shared store.
              watch.stop();
              reject(error);
            }
          },
          onProgress: (revision) => {
            if (revision >= to) finish(found);
          },
          onError: reject,
        },
        { previous: true },
      );
    });
    return translated(read);
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

/**
 * What `decide` wants; undefined when it refuses, or has nothing to write, on the strength of an object that may be older than what
 * another replica has written.
 */
async function attempted(
  decide: (current: Entry | undefined) => Promise<Outcome> | Outcome,
  current: Entry | undefined,
  isCertain: boolean,
): Promise<Outcome | undefined> {
  if (isCertain) return decide(current);
  try {
    const outcome = await decide(current);
    return outcome.action === 'keep' ? undefined : outcome;
  } catch {
    return undefined;
  }
}

function encoded(object: KubeObject): Buffer {
  const bytes = encodeStored(object);
  if (bytes.length > maxValueBytes) {
    throw requestTooLarge(`the object has ${bytes.length} bytes, the limit is ${maxValueBytes}`);
  }
  return bytes;
}

function toChange({ type, key, revision, value, createRevision, previous }: KvEvent): ChangeEvent {
  const entry = entryOf({ key, value, modRevision: revision, createRevision });
  return { type, key, revision, entry, previous: previous && entryOf(previous) };
}
