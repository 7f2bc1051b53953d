import type { Activity } from './activity.ts';
import { essentialsOf } from './essentials.ts';
import type { Index, KeysOf } from './index-of.ts';
import { type ChangeHandler, createObjectCache } from './object-cache.ts';
import { type ReflectorTools, startReflector } from './reflector.ts';
import { type AnyStored, keyFor, type Resource, type StoredMeta } from './resource.ts';

/**
 * A copy of a collection that follows the server, shared by all who read it. Objects belong to everybody: nobody may change them.
 */
export interface Informer<T extends AnyStored> {
  readonly resource: Resource<T>;
  /** `namespace` is '' for kinds without one. */
  get(namespace: string, name: string): T | undefined;
  all(): Iterable<T>;
  readonly size: number;
  /** Asking twice with the same function gives the same index. */
  index(keysOf: KeysOf<T>): Index<T>;
  /** Is told of every object that is there, now or soon, and then of every change. Returns how to stop that. */
  onChange(handler: ChangeHandler<T>): () => void;
  /** Resolves when everything that was there at the start is in the cache, or when the informer is stopped. */
  readonly synced: Promise<void>;
  readonly hasSynced: boolean;
  /** A newer state of an object, from the answer to a write. */
  observe(object: T): void;
  /** An object that is known to be gone, from the answer to its deletion. */
  observeGone(metadata: StoredMeta): void;
}

export interface RunningInformer<T extends AnyStored> extends Informer<T> {
  stop(): void;
}

export function startInformer<T extends AnyStored>(
  resource: Resource<T>,
  tools: ReflectorTools & { readonly activity: Activity },
): RunningInformer<T> {
  const cache = createObjectCache<T>(resource.metadataOnly ? essentialsOf(resource) : undefined, (error) =>
    tools.log.error('a change could not be handled', { resource: resource.resource, error }),
  );
  let hasSynced = false;
  let counted = true;
  let settle = () => {};
  const synced = new Promise<void>((resolve) => (settle = resolve));
  const stopCounting = () => {
    if (counted) tools.activity.end();
    counted = false;
  };

  // Until everything is there nobody can say that nothing is left to do; unless it cannot be had.
  tools.activity.begin();
  const reflector = startReflector(
    resource,
    cache,
    tools,
    () => {
      hasSynced = true;
      stopCounting();
      settle();
    },
    stopCounting,
  );
  return {
    resource,
    get: (namespace, name) => cache.get(keyFor(namespace, name)),
    all: cache.all,
    get size() {
      return cache.size;
    },
    index: cache.index,
    onChange: cache.onChange,
    synced,
    get hasSynced() {
      return hasSynced;
    },
    observe: cache.observe,
    observeGone: cache.observeGone,
    stop() {
      reflector.stop();
      stopCounting();
      settle();
    },
  };
}
