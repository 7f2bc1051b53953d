import { virtualClock } from '../../src/apimachinery/clock.ts';
import { apiVersionOf } from '../../src/apimachinery/gvk.ts';
import type { KubeObject } from '../../src/apimachinery/object.ts';
import { createMemoryKv } from '../../src/kv/memory/index.ts';
import { createCatalog } from '../../src/registry/catalog.ts';
import { createReader } from '../../src/registry/reader.ts';
import { builtinResources } from '../../src/resources/index.ts';
import type { ResourceDefinition } from '../../src/scheme/definition.ts';
import { objectKey } from '../../src/storage/keys.ts';
import { ObjectStore } from '../../src/storage/object-store.ts';
import { WatchCache } from '../../src/storage/watch-cache.ts';

const layout = 'binnacle';

/** A store in memory with the given objects in it, and what reads it. */
export async function openStore(...objects: readonly KubeObject[]) {
  const clock = virtualClock();
  const kv = createMemoryKv({ clock });
  const cache = new WatchCache(kv, clock, (error) => {
    throw error;
  });
  await cache.start();
  const catalog = createCatalog(builtinResources);
  const store = new ObjectStore(kv, cache);
  const put = async (object: KubeObject) => {
    const { namespace = '', name = '' } = object.metadata;
    const key = objectKey(layout, definitionOf(object), namespace, name);
    await store.update(key, () => ({ action: 'put', object }));
  };
  for (const object of objects) await put(object);
  return { clock, cache, catalog, store, layout, put, reader: createReader(catalog, cache, layout) } as const;
}

export function definitionOf({ apiVersion, kind }: KubeObject): ResourceDefinition {
  const found = builtinResources.find(
    (definition) => definition.kind === kind && apiVersionOf(definition.stored) === apiVersion,
  );
  if (!found) throw new Error(`no definition of ${apiVersion} ${kind}`);
  return found;
}
