/** Sets of completion indexes, as ranges in order that do not touch: few, however many indexes. */
export type Indexes = readonly (readonly [first: number, last: number])[];

/** Reads `1,3-5`. What is no number, or not below `completions`, is left out. */
export function parseIndexes(text: string | undefined, completions: number): Indexes {
  const ranges: [number, number][] = [];
  for (const part of (text ?? '').split(',')) {
    if (!/^\d+(-\d+)?$/.test(part)) continue;
    const [first = 0, last = first] = part.split('-').map(Number);
    if (first < completions) ranges.push([first, Math.min(last, completions - 1)]);
  }
  return joined(ranges);
}

/** `1,3-5`; two in a row as `1,2`. */
export const formatIndexes = (indexes: Indexes): string =>
  indexes
    .map(([first, last]) =>
      first === last ? `${first}` : `${first}${last === first + 1 ? ',' : '-'}${last}`,
    )
    .join(',');

export const countIndexes = (indexes: Indexes): number =>
  indexes.reduce((sum, [first, last]) => sum + last - first + 1, 0);

export const hasIndex = (indexes: Indexes, index: number): boolean =>
  indexes.some(([first, last]) => first <= index && index <= last);

export const withIndexes = (indexes: Indexes, more: Iterable<number>): Indexes =>
  joined([...indexes, ...[...more].map((index) => [index, index] as const)]);

export const union = (a: Indexes, b: Indexes): Indexes => joined([...a, ...b]);

/** The first `count` of 0 … `completions` - 1 that are not among `indexes`. */
export function missingIndexes(indexes: Indexes, count: number, completions: number): number[] {
  const missing: number[] = [];
  let next = 0;
  for (const [first, last] of [...indexes, [completions, completions] as const]) {
    for (; next < Math.min(first, completions) && missing.length < count; next++) missing.push(next);
    next = Math.max(next, last + 1);
  }
  return missing;
}

/** How many are in both. */
export function countCommon(a: Indexes, b: Indexes): number {
  let [count, i, j] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const [one, other] = [a[i]!, b[j]!];
    count += Math.max(Math.min(one[1], other[1]) - Math.max(one[0], other[0]) + 1, 0);
    if (one[1] < other[1]) i++;
    else j++;
  }
  return count;
}

function joined(ranges: Indexes): Indexes {
  const result: [number, number][] = [];
  for (const [first, last] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const before = result.at(-1);
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else result.push([first, last]);
  }
  return result;
}
