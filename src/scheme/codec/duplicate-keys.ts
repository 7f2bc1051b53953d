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
  forEachKey(text, (path, repeated) => {
    if (repeated) found.add(`duplicate field "${path()}"`);
    return found.size < maxFindings;
  });
  return [...found];
}

/** Findings on fields of a JSON text in the order in which Go's decoder meets them. Slow, as above. */
export function inOrderOfText(text: string, findings: readonly string[]): string[] {
  const left = new Set(findings);
  const ordered: string[] = [];
  forEachKey(text, (path, repeated) => {
    const finding = `${repeated ? 'duplicate' : 'unknown'} field "${path()}"`;
    if (left.delete(finding)) ordered.push(finding);
    return left.size > 0;
  });
  return [...ordered, ...left];
}

/** Calls back for every key, with its path when asked, until the answer is false. */
function forEachKey(text: string, visit: (path: () => string, repeated: boolean) => boolean): void {
  const open: Container[] = [];
  const path: (string | number)[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    const top = open.at(-1);
    if (char === '"') {
      const start = at;
      at = endOfString(text, start);
      if (top?.keys && isFollowedByColon(text, at + 1)) {
        const key = JSON.parse(text.slice(start, at + 1)) as string;
        path[open.length - 1] = key;
        if (!visit(() => pathText(path, open.length), top.keys.has(key))) return;
        top.keys.add(key);
      }
    } else if (char === '{') open.push({ keys: new Set(), index: 0 });
    else if (char === '[') {
      open.push({ index: 0 });
      path[open.length - 1] = 0;
    } else if (char === '}' || char === ']') open.pop();
    else if (char === ',' && top && !top.keys) path[open.length - 1] = ++top.index;
  }
}

function isFollowedByColon(text: string, from: number): boolean {
  let at = from;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\t' || text[at] === '\r') at++;
  return text[at] === ':';
}
