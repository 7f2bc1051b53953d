/** Edits, of one character each, that make `b` of `a` (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** More than this share of the characters wrong is no typing error. */
const maxWrongShare = 0.4;

/** The name most like `typed`, or undefined when none is like it. */
export function nearest(typed: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.floor(typed.length * maxWrongShare) + 1;
  for (const name of names) {
    const edits = distance(typed, name);
    if (edits < bestDistance) [best, bestDistance] = [name, edits];
  }
  return best;
}
