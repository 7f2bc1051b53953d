/** One value of a figure. */
export interface Sample {
  /** Bounded: never a name that a sender made up. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
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
