import { type KeyedResource, type KeyLayout, objectKey } from './keys.ts';
import type { WatchCache } from './watch-cache.ts';

const names: Readonly<Record<KeyLayout, string>> = {
  binnacle: "Binnacle's own",
  upstream: "kube-apiserver's",
};
const layouts = Object.keys(names) as KeyLayout[];

/**
 * Throws an Error, to be shown to the operator, for a store that was filled in another layout: a second cluster would come to be
 * beside the one that is there. Every server makes the namespace `default`, by which a layout is known.
 */
export function checkLayout(cache: WatchCache, layout: KeyLayout, resources: readonly KeyedResource[]): void {
  const namespaces = resources.find(({ resource }) => resource === 'namespaces')!;
  const isFilled = (one: KeyLayout) => cache.get(objectKey(one, namespaces, '', 'default')) !== undefined;
  const other = layouts.find((one) => one !== layout && isFilled(one));
  if (other === undefined || isFilled(layout)) return;
  throw new Error(
    `the keys in the store have ${names[other]} form: start with --storage-key-layout=${other}, or with another store or --etcd-prefix`,
  );
}
