/** What one subject reached in one row: medians over the rounds. */
export interface Figure {
  /** In the unit of the row. */
  readonly value: number;
  readonly p50Ms?: number | undefined;
  readonly p99Ms?: number | undefined;
  readonly firstByteMs?: number | undefined;
  /** CPU time of all its processes per operation, microseconds. */
  readonly cpuMicros?: number | undefined;
  /** Longest time its main thread was busy in any round, milliseconds of processor time. */
  readonly stallMs?: number | undefined;
  /** Longest delay of its event loop, milliseconds on the wall: what other processes take counts, too. */
  readonly delayMs?: number | undefined;
}

export type Unit = '/s' | 'ms' | 'MiB';

export interface Row {
  readonly part: string;
  /** What distinguishes it within its part: `16 clients`. */
  readonly label: string;
  readonly unit: Unit;
  /** By subject; ours first. */
  readonly figures: Readonly<Record<string, Figure>>;
  /** What ours is measured against, and the median over the rounds of ours divided by that. */
  readonly baseline?: { readonly subject: string; readonly ratio: number; readonly cpuRatio?: number };
}

export const lowerIsBetter = (unit: Unit): boolean => unit !== '/s';
