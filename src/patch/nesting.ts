import type { Json } from '../apimachinery/object.ts';
import { malformedPatch } from './errors.ts';
import { maxNesting } from './limits.ts';

/** True when lists and maps are nested more than `max` deep. Works level by level, so depth costs no stack. */
export function nestsDeeperThan(value: Json | undefined, max: number): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    const next: (Json | undefined)[] = [];
    for (const item of level) {
      if (typeof item !== 'object' || item === null) continue;
      if (depth >= max) return true;
      for (const child of Array.isArray(item) ? item : Object.values(item)) {
        if (typeof child === 'object' && child !== null) next.push(child);
      }
    }
    level = next;
  }
  return false;
}

/** Guards the recursions of this room: 400 with the text of Go's JSON decoder. */
export function checkNesting(patch: Json): void {
  if (nestsDeeperThan(patch, maxNesting)) throw malformedPatch('error decoding patch: exceeded max depth');
}
