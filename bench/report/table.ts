import { ratioText, short, titleOf, withUnit } from './numbers.ts';
import type { Row } from './rows.ts';

/** The header, and a line of cells per row. `ours` is the subject whose figures are given in full. */
export function tableOf(rows: readonly Row[], ours: string): string[][] {
  const others = otherServers(rows, ours);
  const header = [
    'what',
    ours,
    'p50 / p99 ms',
    'CPU per op',
    'longest stall',
    'loop delay',
    'beside it',
    '',
    'ratio',
    'ratio of CPU',
  ];
  return [[...header, ...others], ...rows.map((row) => lineOf(row, ours, others))];
}

/** Subjects that are neither ours nor the baseline of a row. */
function otherServers(rows: readonly Row[], ours: string): string[] {
  const names = rows.flatMap(({ figures, baseline }) =>
    Object.keys(figures).filter((name) => name !== ours && name !== baseline?.subject),
  );
  return [...new Set(names)];
}

function lineOf(row: Row, ours: string, others: readonly string[]): string[] {
  const { unit, figures, baseline } = row;
  const own = figures[ours]!;
  const beside = baseline && figures[baseline.subject];
  return [
    titleOf(row),
    withUnit(own.value, unit),
    own.p50Ms === undefined ? '' : `${short(own.p50Ms)} / ${short(own.p99Ms!)}`,
    withUnit(own.cpuMicros, 'µs'),
    withUnit(own.stallMs, 'ms'),
    withUnit(own.delayMs, 'ms'),
    baseline?.subject ?? '',
    withUnit(beside?.value, unit),
    baseline ? ratioText(baseline.ratio, unit) : '',
    baseline?.cpuRatio === undefined ? '' : `${baseline.cpuRatio.toFixed(2)}x`,
    ...others.map((name) => withUnit(figures[name]?.value, unit)),
  ];
}

/** Columns padded with spaces. */
export function plainTable(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function markdownTable([header, ...lines]: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    row(header!),
    row(header!.map((_, column) => (column === 0 ? '---' : '---:'))),
    ...lines.map(row),
  ].join('\n');
}
