import { isPathSegmentName } from '../apimachinery/names.ts';
import { type KeyLayout, listPrefix, resourcePrefix } from '../storage/keys.ts';
import type { WatchCache } from '../storage/watch-cache.ts';
import type { Catalog } from './catalog.ts';

/** How many objects there are of every stored resource, by `resource.group`. */
export function countObjects(catalog: Catalog, cache: WatchCache, layout: KeyLayout): Map<string, number> {
  const { objects } = cache.snapshot();
  const counts = new Map<string, number>();
  for (const definition of catalog.definitions()) {
    if (definition.storage === 'virtual') continue;
    const { group, resource } = definition;
    counts.set(
      group === '' ? resource : `${resource}.${group}`,
      objects.countPrefix(resourcePrefix(layout, definition)),
    );
  }
  return counts;
}

/** Objects whose sizes stand for those of all. */
const sampledObjects = 16;

/**
 * How many objects a list would bring, and their average size in bytes, estimated from the first few. Undefined for what is
 * not stored here, and for what is no namespace.
 */
export const objectCounter =
  (catalog: Catalog, cache: WatchCache, layout: KeyLayout) =>
  (group: string, resource: string, namespace: string) => {
    const definition = catalog.definition({ group, resource });
    if (!definition || definition.storage === 'virtual' || isPathSegmentName(namespace).length > 0)
      return undefined;
    const prefix = listPrefix(layout, definition, namespace);
    const { objects } = cache.snapshot();
    const count = objects.countPrefix(prefix);
    const sampled = Math.min(count, sampledObjects);
    let seen = 0;
    let bytes = 0;
    if (sampled > 0) {
      objects.forEachFrom(prefix, (_, entry) => {
        bytes += entry.bytes.length;
        return ++seen < sampled;
      });
    }
    return { objects: count, averageBytes: sampled === 0 ? 0 : bytes / sampled };
  };
