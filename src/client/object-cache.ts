import { createIndex, type Index, type KeysOf, type MutableIndex } from './index-of.ts';
import { type AnyStored, keyFor, keyOf, type StoredMeta } from './resource.ts';

/** Called after the cache has changed. `before` is absent for a new object, `after` for one that is gone. */
export type ChangeHandler<T> = (after: T | undefined, before: T | undefined) => void;

/**
 * The newest known state of every object of a collection, whether it came by a watch or as the answer to a write of one's own.
 *
 * A change that comes by the watch is dropped when something newer has been observed; an object that is known to be gone stays
 * gone; and what the watch has gone past is not brought back by an answer that was late.
 */
export interface ObjectCache<T extends AnyStored> {
  get(key: string): T | undefined;
  all(): Iterable<T>;
  readonly size: number;
  index(keysOf: KeysOf<T>): Index<T>;
  onChange(handler: ChangeHandler<T>): () => void;
  observe(object: T): void;
  observeGone(metadata: StoredMeta): void;
  /** From here on the watch brings everything that is there. */
  beginState(): void;
  /** The watch has brought everything: what it did not bring is gone. */
  endState(): void;
  /** By the watch: an object is like this. */
  put(object: T): void;
  /** By the watch: an object is gone since the version that it carries. */
  drop(object: T): void;
  /** All changes up to this version have come by the watch. */
  reach(version: number): void;
}

const versionOf = ({ resourceVersion }: StoredMeta): number => Number(resourceVersion);

function isNews(known: AnyStored | undefined, { metadata }: AnyStored): boolean {
  return known === undefined || versionOf(known.metadata) < versionOf(metadata);
}

/** `keep` says what is kept of an object; everything by default. A handler that throws is only told of. */
export function createObjectCache<T extends AnyStored>(
  keep: (object: T) => T = (object) => object,
  onHandlerError: (error: unknown) => void = () => {},
): ObjectCache<T> {
  const objects = new Map<string, T>();
  const handlers = new Set<ChangeHandler<T>>();
  const indexes = new Map<KeysOf<T>, MutableIndex<T>>();
  /** Objects whose deletion was answered and has not come by the watch yet. */
  const gone = new Set<string>();
  let reached = 0;
  /** Keys that the watch has brought since it began with everything. */
  let seen: Set<string> | undefined;

  const set = (key: string, after: T | undefined) => {
    const before = objects.get(key);
    if (after) objects.set(key, after);
    else if (!objects.delete(key)) return;
    for (const index of indexes.values()) index.change(key, after, before);
    tellAll(handlers, after, before, onHandlerError);
  };
  return {
    get: (key) => objects.get(key),
    all: () => objects.values(),
    get size() {
      return objects.size;
    },
    index(keysOf) {
      const known = indexes.get(keysOf);
      if (known) return known;
      const index = createIndex(keysOf);
      for (const [key, object] of objects) index.change(key, object, undefined);
      indexes.set(keysOf, index);
      return index;
    },
    onChange(handler) {
      handlers.add(handler);
      for (const object of objects.values()) handler(object, undefined);
      return () => void handlers.delete(handler);
    },
    observe(object) {
      const key = keyOf(object);
      const known = objects.get(key);
      const wasDeletedSince = !known && seen === undefined && versionOf(object.metadata) <= reached;
      if (!wasDeletedSince && isNews(known, object)) set(key, keep(object));
    },
    observeGone({ namespace = '', name, uid }) {
      const key = keyFor(namespace, name);
      if (objects.get(key)?.metadata.uid !== uid) return;
      gone.add(uid);
      set(key, undefined);
    },
    beginState() {
      seen = new Set();
    },
    endState() {
      for (const [key, { metadata }] of seen ? [...objects] : []) {
        if (!seen!.has(key) && versionOf(metadata) <= reached) set(key, undefined);
      }
      seen = undefined;
      gone.clear();
    },
    put(object) {
      const key = keyOf(object);
      seen?.add(key);
      if (!gone.has(object.metadata.uid) && isNews(objects.get(key), object)) set(key, keep(object));
    },
    drop(object) {
      const key = keyOf(object);
      gone.delete(object.metadata.uid);
      const known = objects.get(key);
      // The last write and the deletion may be one and the same.
      if (known && versionOf(known.metadata) <= versionOf(object.metadata)) set(key, undefined);
    },
    reach(version) {
      reached = Math.max(reached, version);
    },
  };
}

/** What one handler cannot bear must not be kept from the others: they would not be told again. */
function tellAll<T>(
  handlers: Iterable<ChangeHandler<T>>,
  after: T | undefined,
  before: T | undefined,
  onError: (error: unknown) => void,
): void {
  for (const handler of handlers) {
    try {
      handler(after, before);
    } catch (error) {
      onError(error);
    }
  }
}
