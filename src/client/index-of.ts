/** Under which keys an object is found. */
export type KeysOf<T> = (object: T) => readonly string[];

/** Objects by something they say of themselves: an owner, a node, a namespace. */
export interface Index<T> {
  /** In the order in which they came. */
  get(key: string): readonly T[];
  count(key: string): number;
  keys(): Iterable<string>;
}

export interface MutableIndex<T> extends Index<T> {
  /** `id` names the object in the cache; `before` is what was indexed for it last. */
  change(id: string, after: T | undefined, before: T | undefined): void;
}

export function createIndex<T>(keysOf: KeysOf<T>): MutableIndex<T> {
  const groups = new Map<string, Map<string, T>>();
  return {
    change(id, after, before) {
      const now = after === undefined ? [] : keysOf(after);
      for (const key of before === undefined ? [] : keysOf(before)) {
        if (now.includes(key)) continue;
        const group = groups.get(key);
        group?.delete(id);
        if (group?.size === 0) groups.delete(key);
      }
      for (const key of now) {
        const group = groups.get(key);
        if (group) group.set(id, after!);
        else groups.set(key, new Map([[id, after!]]));
      }
    },
    get: (key) => [...(groups.get(key)?.values() ?? [])],
    count: (key) => groups.get(key)?.size ?? 0,
    keys: () => groups.keys(),
  };
}
