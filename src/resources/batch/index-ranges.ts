/** A text of completed or failed indexes that is none; `message` is the reference server's. */
export class IndexRangeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'IndexRangeError';
  }
}

interface Range {
  readonly first: number;
  readonly last: number;
}

/** How many indexes `1,3-5,7` names. Throws `IndexRangeError` when it is malformed, unordered or not below `completions`. */
export function countIndexes(text: string, completions: number): number {
  if (text === '') return 0;
  let total = 0;
  let previous: number | undefined;
  for (const part of text.split(',')) {
    const { first, last } = parseRange(part, completions);
    if (previous !== undefined && previous >= first) throw notIncreasing(previous, first);
    total += last - first + 1;
    previous = last;
  }
  return total;
}

/** The first index that both texts name. Parts that cannot be read are passed over: another check reports them. */
export function overlap(a: string, b: string, completions: number): number | undefined {
  const left = readableRanges(a, completions);
  const right = readableRanges(b, completions);
  let i = 0;
  let j = 0;
  while (i < left.length && j < right.length) {
    const x = left[i]!;
    const y = right[j]!;
    if (x.first <= y.last && y.first <= x.last) return Math.max(x.first, y.first);
    if (x.first <= y.first) i++;
    else j++;
  }
  return undefined;
}

function readableRanges(text: string, completions: number): Range[] {
  if (text === '') return [];
  return text.split(',').flatMap((part) => {
    try {
      return [parseRange(part, completions)];
    } catch (error) {
      if (error instanceof IndexRangeError) return [];
      throw error;
    }
  });
}

function parseRange(text: string, completions: number): Range {
  const limits = text.split('-');
  if (limits.length > 2) {
    throw new IndexRangeError(
      `the fragment ${JSON.stringify(text)} violates the requirement that an index interval can have at most two parts separated by '-'`,
    );
  }
  const first = parseIndex(limits[0]!, completions);
  if (limits.length === 1) return { first, last: first };
  const last = parseIndex(limits[1]!, completions);
  if (first >= last) throw notIncreasing(first, last);
  return { first, last };
}

function parseIndex(text: string, completions: number): number {
  const index = /^\+?\d{1,15}$/.test(text) ? Number(text) : undefined;
  if (index === undefined) {
    throw new IndexRangeError(`cannot convert string to integer for index: ${JSON.stringify(text)}`);
  }
  if (index >= completions) throw new IndexRangeError(`too large index: ${JSON.stringify(text)}`);
  return index;
}

const notIncreasing = (previous: number, current: number) =>
  new IndexRangeError(`non-increasing order, previous: ${previous}, current: ${current}`);
