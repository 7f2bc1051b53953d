import type { GroupResource } from '../apimachinery/gvk.ts';
import { isPathSegmentName } from '../apimachinery/names.ts';
import type { KubeObject } from '../apimachinery/object.ts';
import type { FollowedReader, ObjectChange } from '../apimachinery/reader.ts';
import type { Entry } from '../storage/entry.ts';
import { type KeyLayout, listPrefix, objectKey, resourcePrefix } from '../storage/keys.ts';
import type { WatchCache } from '../storage/watch-cache.ts';
import type { Catalog } from './catalog.ts';

/** Look-ups for rooms that may not know `storage`. */
export function createReader(catalog: Catalog, cache: WatchCache, layout: KeyLayout): FollowedReader {
  const stamps = new Map<string, { value: number }>();
  /** The same by the very value that names the resource: authorization and flow control ask for every request. */
  const stampOf = new WeakMap<GroupResource, { value: number }>();
  return {
    get(resource, namespace, name) {
      const definition = catalog.definition(resource);
      if (!definition || isPathSegmentName(name).length > 0 || isPathSegmentName(namespace).length > 0)
        return undefined;
      if (name === '' || (namespace === '' && definition.scope === 'Namespaced')) return undefined;
      return cache.get(objectKey(layout, definition, namespace, name))?.view();
    },
    list(resource, namespace) {
      const found: KubeObject[] = [];
      const definition = catalog.definition(resource);
      if (!definition) return found;
      const prefix = listPrefix(layout, definition, namespace);
      cache.snapshot().objects.forEachFrom(prefix, (key, entry) => {
        if (!key.startsWith(prefix)) return false;
        found.push(entry.view());
        return true;
      });
      return found;
    },
    fresh: () => cache.fresh(),
    changeStamp(resource) {
      const known = stampOf.get(resource);
      if (known) return known.value;
      const definition = catalog.definition(resource);
      if (!definition) return 0;
      const prefix = resourcePrefix(layout, definition);
      let stamp = stamps.get(prefix);
      if (!stamp) {
        const counter = { value: 1 };
        stamps.set(prefix, (stamp = counter));
        cache.subscribe(prefix, cache.revision, () => counter.value++);
      }
      stampOf.set(resource, stamp);
      return stamp.value;
    },
    follow(resource, onChange) {
      const definition = catalog.definition(resource);
      if (!definition) return () => {};
      const prefix = resourcePrefix(layout, definition);
      const { snapshot, stop } = cache.subscribe(prefix, cache.revision, ({ type, entry }) =>
        onChange(changeOf(entry, type === 'delete')),
      )!;
      snapshot.objects.forEachFrom(prefix, (key, entry) => {
        if (!key.startsWith(prefix)) return false;
        onChange(changeOf(entry, false));
        return true;
      });
      return stop;
    },
  };
}

const changeOf = (entry: Entry, deleted: boolean): ObjectChange => ({
  deleted,
  mentions: (text) => entry.bytes.includes(text),
  read: () => entry.decode(),
});
