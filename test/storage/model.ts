import type { Kv, KvWatch, Revision } from '../../src/kv/types.ts';

/** One object of a state, as far as the random test looks at it. */
export interface Item {
  readonly key: string;
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly phase: string;
  readonly v: number;
  readonly revision: Revision;
}

export type State = ReadonlyMap<string, Item>;
export type Predicate = (item: Item) => boolean;

/** What a watcher should be told, as text. */
export interface Told {
  readonly revision: Revision;
  readonly text: string;
}

/**
 * The whole truth about a store: the state after every revision, by revision. It follows the store by a watch of its own
 * and knows nothing of caches and windows.
 */
export interface Model {
  readonly states: State[];
  readonly latest: Revision;
  at(revision: Revision): State;
  /** The selected objects of a state in the order of their keys. */
  listed(revision: Revision, prefix: string, wanted: Predicate): Item[];
  /** What a watcher is told of the changes after `from` up to `to`. */
  told(from: Revision, to: Revision, prefix: string, wanted: Predicate): Told[];
  stop(): void;
}

export const toldText = (type: string, key: string, revision: Revision, v: number): string =>
  `${type} ${key}@${revision} v${v}`;

const isBelow = (prefix: string, key: string): boolean =>
  prefix.endsWith('/') ? key.startsWith(prefix) : key === prefix;

export function followModel(kv: Kv): Model {
  const states: State[] = [];
  states[kv.revision()] = new Map();
  let latest = kv.revision();
  const at = (revision: Revision): State => {
    let found = Math.min(revision, latest);
    while (!states[found]) found--;
    return states[found]!;
  };
  const watch: KvWatch = kv.watch(latest + 1, {
    onEvents(events) {
      for (const { type, key, revision, value } of events) {
        const next = new Map(at(latest));
        if (type === 'put') next.set(key, itemOf(key, value, revision));
        else next.delete(key);
        states[revision] = next;
        latest = revision;
      }
    },
    onProgress() {},
    onError() {},
  });
  const change = (revision: Revision, prefix: string, wanted: Predicate): Told[] => {
    const [before, after] = [at(revision - 1), at(revision)];
    return [...new Set([...before.keys(), ...after.keys()])]
      .filter((key) => isBelow(prefix, key) && before.get(key) !== after.get(key))
      .flatMap((key) => {
        const [old, now] = [before.get(key), after.get(key)];
        const was = old !== undefined && wanted(old);
        const is = now !== undefined && wanted(now);
        if (!was && !is) return [];
        const type = is ? (was ? 'MODIFIED' : 'ADDED') : 'DELETED';
        return [{ revision, text: toldText(type, key, revision, (is ? now : old)!.v) }];
      });
  };
  return {
    states,
    get latest() {
      return latest;
    },
    at,
    listed: (revision, prefix, wanted) =>
      [...at(revision).values()]
        .filter((item) => isBelow(prefix, item.key) && wanted(item))
        .sort((a, b) => (a.key < b.key ? -1 : 1)),
    told(from, to, prefix, wanted) {
      const told: Told[] = [];
      for (let revision = from + 1; revision <= to; revision++)
        told.push(...change(revision, prefix, wanted));
      return told;
    },
    stop: () => watch.stop(),
  };
}

function itemOf(key: string, value: Uint8Array, revision: Revision): Item {
  const { metadata, spec, status } = JSON.parse(Buffer.from(value).toString());
  const { name, namespace, labels = {} } = metadata;
  return { key, name, namespace, labels, phase: status?.phase ?? '', v: spec.v, revision };
}
