import { endOfString } from './json-scan.ts';
import { pathText } from './walk-state.ts';

/** Upstream's decoder stops collecting findings here. */
const maxFindings = 100;

interface Container {
  /** Keys seen so far; absent for arrays. */
  readonly keys?: Set<string>;
  /** The item an array is at. */
  index: number;
}

/**
 * Names the keys that occur twice in one object of a valid JSON text: `duplicate field "spec.containers[0].name"`, each
 * path once. Slow; called when the number of keys says that there are some.
 */
export function findDuplicateKeys(text: string): string[] {
  const found = new Set<string>();
  const open: Container[] = [];
  const path: (string | number)[] = [];
  for (let at = 0; at < text.length && found.size < maxFindings; at++) {
    const char = text[at];
    const top = open.at(-1);
    if (char === '"') {
      const start = at;
      at = endOfString(text, start);
      if (top?.keys && isFollowedByColon(text, at + 1)) {
        const key = JSON.parse(text.slice(start, at + 1)) as string;
        path[open.length - 1] = key;
        if (top.keys.has(key)) found.add(`duplicate field "${pathText(path, open.length)}"`);
        top.keys.add(key);
      }
    } else if (char === '{') open.push({ keys: new Set(), index: 0 });
    else if (char === '[') {
      open.push({ index: 0 });
      path[open.length - 1] = 0;
    } else if (char === '}' || char === ']') open.pop();
    else if (char === ',' && top && !top.keys) path[open.length - 1] = ++top.index;
  }
  return [...found];
}

function isFollowedByColon(text: string, from: number): boolean {
  let at = from;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\t' || text[at] === '\r') at++;
  return text[at] === ':';
}
