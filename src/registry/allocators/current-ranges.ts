import { isRecord, type KubeObject } from '../../apimachinery/object.ts';
import type { ResourceDefinition } from '../../scheme/definition.ts';
import { type KeyLayout, resourcePrefix } from '../../storage/keys.ts';
import type { WatchCache } from '../../storage/watch-cache.ts';
import { type ServiceRange, serviceRange } from './service-ranges.ts';

/**
 * The ranges that addresses come from now: the server's own, which always count, and those of ServiceCIDR objects
 * (KEP-1880) unless they are going away or somebody said that they are not ready.
 */
export function currentRanges(
  cache: WatchCache,
  layout: KeyLayout,
  serviceCidrs: ResourceDefinition | undefined,
  own: readonly ServiceRange[],
): readonly ServiceRange[] {
  const ranges = new Map(own.map((range) => [range.text, range]));
  if (!serviceCidrs) return own;
  const prefix = resourcePrefix(layout, serviceCidrs);
  cache.snapshot().objects.forEachFrom(prefix, (key, entry) => {
    if (!key.startsWith(prefix)) return false;
    const object = entry.view();
    for (const text of isReady(object) ? cidrsOf(object) : []) {
      const range = serviceRange(text);
      if (range && !ranges.has(range.text)) ranges.set(range.text, range);
    }
    return true;
  });
  return [...ranges.values()];
}

function cidrsOf({ spec }: KubeObject): readonly string[] {
  return isRecord(spec) && Array.isArray(spec['cidrs']) ? (spec['cidrs'] as string[]) : [];
}

function isReady({ metadata, status }: KubeObject): boolean {
  if (metadata.deletionTimestamp !== undefined) return false;
  const conditions = isRecord(status) && Array.isArray(status['conditions']) ? status['conditions'] : [];
  const ready = conditions.filter(isRecord).find(({ type }) => type === 'Ready');
  return ready === undefined || ready['status'] === 'True';
}
