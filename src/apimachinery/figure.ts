import type { Histogram } from './histogram.ts';

/** One value of a figure. */
export interface Sample<V = number> {
  /** Bounded: never a name that a sender made up. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: V;
}

/** A figure that a room keeps for `/metrics`. Read when somebody looks, so keeping it costs a plain number. */
export interface Figure {
  /** With its unit at the end, as Prometheus wants it: `…_seconds`, `…_bytes`, `…_total`. */
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly labelNames: readonly string[];
  samples(): Iterable<Sample>;
}

/** Figures of many observations, by the ranges in which they lie. */
export interface HistogramFigure {
  readonly name: string;
  readonly help: string;
  readonly type: 'histogram';
  samples(): Iterable<Sample<Histogram>>;
}

/** One figure for each name, with the samples of all that have it. */
export function joinedFigures(figures: readonly (Figure | HistogramFigure)[]): (Figure | HistogramFigure)[] {
  const named = Map.groupBy(figures, ({ name }) => name);
  return [...named.values()].map(
    (some) =>
      ({ ...some[0]!, samples: () => some.flatMap((figure) => [...figure.samples()]) }) as
        | Figure
        | HistogramFigure,
  );
}
