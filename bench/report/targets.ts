import { ratioText, titleOf } from './numbers.ts';
import type { Row } from './rows.ts';

/** What the project aims at, and whether this run got there. */
export interface Verdict {
  readonly target: string;
  readonly measured: string;
  readonly met: boolean;
}

interface RatioTarget {
  readonly target: string;
  readonly part: string;
  readonly limit: number;
}

const ratioTargets: readonly RatioTarget[] = [
  { target: 'GET at 50% of the bare server or more', part: 'get', limit: 0.5 },
  { target: 'durable creates at 35% of bare SQLite or more', part: 'create', limit: 0.35 },
  { target: 'a well-behaved client within 3 times of its idle latency', part: 'fairness', limit: 3 },
  { target: 'a long LIST within 3 times of sending its bytes', part: 'list-large', limit: 3 },
  { target: 'latency of a full store within 1.3 times of a small one', part: 'large-store', limit: 1.3 },
  {
    target: 'memory of the objects of a full store within 1.6 times their bytes',
    part: 'memory-per-byte',
    limit: 1.6,
  },
  {
    target: 'a write that concerns none of many watches within 1.3 times of one without them',
    part: 'selective',
    limit: 1.3,
  },
  { target: 'deciding among many bindings within 2 times of among few', part: 'authorization', limit: 2 },
  {
    target: 'latency of the last writes within 1.5 times of the first',
    part: 'revisions-latency',
    limit: 1.5,
  },
  {
    target: 'a file that does not grow with the revisions (1.2 times)',
    part: 'revisions-file',
    limit: 1.2,
  },
  {
    target: 'a write-ahead log that stays within what it is allowed',
    part: 'revisions-log',
    limit: 1,
  },
];
const maxStallMs = 50;

/** One verdict per target and row that it applies to; rates are judged at the most clients, where servers saturate. */
export function judge(rows: readonly Row[], ours: string): Verdict[] {
  const verdicts = ratioTargets.flatMap(({ target, part, limit }) =>
    rowsOf(rows, part).map((row) => {
      const { ratio } = row.baseline!;
      const met = row.unit === '/s' ? ratio >= limit : ratio <= limit;
      return { target, measured: `${titleOf(row)}: ${ratioText(ratio, row.unit)}`, met };
    }),
  );
  const stall = worstStall(rows, ours);
  return stall ? [...verdicts, stall] : verdicts;
}

function rowsOf(rows: readonly Row[], part: string): Row[] {
  const found = rows.filter((row) => row.part === part && row.baseline);
  return found.some(({ unit }) => unit === '/s') ? found.slice(-1) : found;
}

function worstStall(rows: readonly Row[], ours: string): Verdict | undefined {
  const stalls = rows
    .map((row) => ({ row, stallMs: row.figures[ours]?.stallMs ?? Number.NEGATIVE_INFINITY }))
    .sort((a, b) => b.stallMs - a.stallMs);
  const [worst] = stalls;
  if (!worst || worst.stallMs < 0) return undefined;
  return {
    target: `the main thread never blocked for more than ${maxStallMs} ms`,
    measured: `${titleOf(worst.row)}: ${worst.stallMs.toFixed(1)} ms`,
    met: worst.stallMs <= maxStallMs,
  };
}

export const verdictLine = ({ target, measured, met }: Verdict): string =>
  `${met ? 'met    ' : 'NOT MET'}  ${target} (${measured})`;
