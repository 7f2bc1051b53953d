import { readSpec } from '../../resources/core/services/kinds.ts';
import type { Entry } from '../../storage/entry.ts';
import type { WatchCache } from '../../storage/watch-cache.ts';
import { heldPorts } from './service-spec.ts';

/** Ends the names of both fields that hold a port of the nodes. */
const portField = Buffer.from('odePort":');

/**
 * The node ports of all services that the cache knows, counted as they change. Starts to follow the cache at the first
 * question, when that has been loaded.
 */
export function portsInUse(cache: WatchCache, servicePrefix: string): (port: number) => boolean {
  let counts: Map<number, number> | undefined;
  return (port) => {
    counts ??= follow(cache, servicePrefix);
    return counts.has(port);
  };
}

function follow(cache: WatchCache, prefix: string): Map<number, number> {
  const counts = new Map<number, number>();
  const subscribed = cache.subscribe(prefix, cache.revision, ({ type, entry, previous }) => {
    if (previous) count(counts, previous, -1);
    if (type === 'put') count(counts, entry, 1);
  });
  subscribed?.snapshot.objects.forEachFrom(prefix, (key, entry) => {
    if (!key.startsWith(prefix)) return false;
    count(counts, entry, 1);
    return true;
  });
  return counts;
}

function count(counts: Map<number, number>, entry: Entry, change: 1 | -1): void {
  if (!entry.bytes.includes(portField)) return;
  for (const port of heldPorts(readSpec(entry.decode()))) {
    const left = (counts.get(port) ?? 0) + change;
    if (left > 0) counts.set(port, left);
    else counts.delete(port);
  }
}
