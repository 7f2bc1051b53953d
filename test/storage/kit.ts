import { virtualClock } from '../../src/apimachinery/clock.ts';
import { everyField, parseFieldSelector } from '../../src/apimachinery/field-selector.ts';
import { everything, parseLabelSelector } from '../../src/apimachinery/label-selector.ts';
import type { KubeObject } from '../../src/apimachinery/object.ts';
import { createMemoryKv } from '../../src/kv/memory/index.ts';
import type { Kv } from '../../src/kv/types.ts';
import { text } from '../../src/resources/selectable.ts';
import type { WindowLimits } from '../../src/storage/change-window.ts';
import type { Entry } from '../../src/storage/entry.ts';
import { type ListPage, type ListRequest, listObjects } from '../../src/storage/list.ts';
import { ObjectStore } from '../../src/storage/object-store.ts';
import { type Selection, selectEverything, selection } from '../../src/storage/selection.ts';
import { Watch, type WatchItem } from '../../src/storage/watch.ts';
import { WatchCache } from '../../src/storage/watch-cache.ts';

export const podPrefix = '/registry/api/v1/pods/';
export const podKey = (name: string, namespace = 'a') => `${podPrefix}${namespace}/${name}`;

export interface PodFields {
  readonly labels?: Record<string, string>;
  readonly phase?: string;
  /** Tells one write from another. */
  readonly v?: number;
}

export const podOf = (key: string, { labels, phase, v }: PodFields = {}): KubeObject => {
  const [namespace, name] = key.split('/').slice(-2) as [string, string];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, ...(labels ? { labels } : {}) },
    ...(v === undefined ? {} : { spec: { v } }),
    ...(phase === undefined ? {} : { status: { phase } }),
  };
};

export const memoryKv = () => createMemoryKv({ clock: virtualClock() });

/** A store over `kv`, with its cache loaded. */
export async function openStorage(kv: Kv = memoryKv(), limits?: Partial<WindowLimits>) {
  const clock = virtualClock();
  const failures: Error[] = [];
  const cache = new WatchCache(kv, clock, (error) => failures.push(error), limits);
  await cache.start();
  const store = new ObjectStore(kv, cache);
  const put = async (key: string, fields?: PodFields): Promise<Entry> => {
    const updated = await store.update(key, () => ({ action: 'put', object: podOf(key, fields) }));
    return updated!.entry;
  };
  const remove = async (key: string): Promise<Entry> =>
    (await store.update(key, () => ({ action: 'delete' })))!.entry;
  const list = (request: Partial<ListRequest> = {}): Promise<ListPage> =>
    listObjects(store, clock, {
      prefix: podPrefix,
      selection: selectEverything,
      rule: { kind: 'newest' },
      limit: undefined,
      from: undefined,
      ...request,
    });
  return { kv, clock, cache, store, failures, put, remove, list };
}

export type Storage = Awaited<ReturnType<typeof openStorage>>;

const getters: Readonly<Record<string, (object: KubeObject) => string>> = {
  'metadata.name': text('metadata', 'name'),
  'metadata.namespace': text('metadata', 'namespace'),
  'status.phase': text('status', 'phase'),
};

export const select = (labels: string, fields = ''): Selection =>
  selection(
    labels === '' ? everything : parseLabelSelector(labels),
    fields === '' ? everyField : parseFieldSelector(fields),
    (field) => getters[field]!,
  );

export const openWatch = (
  { store }: Storage,
  request: Partial<Parameters<typeof Watch.open>[1]> = {},
  limits?: Parameters<typeof Watch.open>[2],
): Promise<Watch> =>
  Watch.open(
    store,
    { prefix: podPrefix, selection: selectEverything, after: undefined, markInitialEnd: false, ...request },
    limits,
  );

/** `ADDED web@7`: what a watcher is told. */
export function itemText(item: WatchItem): string {
  if (item.type === 'BOOKMARK') {
    return `BOOKMARK${item.initialEventsEnd ? ' initial' : ''}@${item.revision}`;
  }
  const { name, resourceVersion } = item.entry.decode().metadata;
  return `${item.type} ${name}@${resourceVersion}`;
}

/** Takes everything that is pending. */
export function drain(watch: Watch): string[] {
  const items: string[] = [];
  do items.push(...watch.take(7).map(itemText));
  while (watch.pending);
  return items;
}

export const names = ({ entries }: { readonly entries: readonly Entry[] }): string[] =>
  entries.map(({ key }) => key.slice(key.lastIndexOf('/') + 1));

export const versionOf = (entry: Entry): string | undefined => entry.decode().metadata.resourceVersion;
