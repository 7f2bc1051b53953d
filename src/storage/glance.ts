import type { KubeObject } from '../apimachinery/object.ts';
import type { Entry } from './entry.ts';

/** Trees kept at once, and the encoded bytes that they may stand for. */
const maxGlances = 256;
const maxGlancedBytes = 4 * 1024 * 1024;

const recent = new Map<Entry, KubeObject>();
let recentBytes = 0;

/**
 * A shared tree that must not be changed, kept for a short while: those who look at a change at about the same time, because
 * their selections ask for a label or a field, share one parse of it, and memory stays near the stored bytes all the same.
 */
export function glance(entry: Entry): KubeObject {
  const known = recent.get(entry);
  if (known) return known;
  const object = entry.decode();
  recent.set(entry, object);
  recentBytes += entry.bytes.length;
  for (const oldest of recent.keys()) {
    if (recent.size <= maxGlances && recentBytes <= maxGlancedBytes) break;
    recent.delete(oldest);
    recentBytes -= oldest.bytes.length;
  }
  return object;
}
