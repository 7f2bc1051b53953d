/** Counts of observations by the first upper bound that they do not exceed; one more for those beyond the last. */
export interface Histogram {
  readonly bounds: readonly number[];
  readonly buckets: number[];
  sum: number;
}

export const newHistogram = (bounds: readonly number[]): Histogram => ({
  bounds,
  buckets: Array.from({ length: bounds.length + 1 }, () => 0),
  sum: 0,
});

export function observe(histogram: Histogram, value: number): void {
  const { bounds, buckets } = histogram;
  let at = 0;
  while (at < bounds.length && value > bounds[at]!) at++;
  buckets[at]!++;
  histogram.sum += value;
}

/** Sample lines of one series. `labels` without braces; `zeros` observations of 0 are added to what was observed. */
export function* histogramLines(
  name: string,
  labels: string,
  { bounds, buckets, sum }: Histogram,
  zeros = 0,
): Iterable<string> {
  let below = zeros;
  for (const [i, bound] of bounds.entries()) {
    below += buckets[i]!;
    yield `${name}_bucket{${labels},le="${bound}"} ${below}`;
  }
  const count = below + buckets.at(-1)!;
  yield `${name}_bucket{${labels},le="+Inf"} ${count}`;
  yield `${name}_sum{${labels}} ${sum}`;
  yield `${name}_count{${labels}} ${count}`;
}
