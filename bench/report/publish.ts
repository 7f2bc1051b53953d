import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chart } from './chart.ts';
import type { Row } from './rows.ts';
import { markdownTable, tableOf } from './table.ts';
import type { Verdict } from './targets.ts';

/** What one run of the benchmark found out, and where. */
export interface Results {
  readonly ours: string;
  /** One line: processor, Node version, rounds. */
  readonly machine: string;
  readonly rows: readonly Row[];
  readonly verdicts: readonly Verdict[];
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const markers = ['<!-- results -->', '<!-- end of results -->'] as const;

/** Writes `results.json` and `chart.svg`; gives their folder's files for the user to open. */
export async function writeResults(results: Results, folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const files = [join(folder, 'results.json'), join(folder, 'chart.svg')];
  await writeFile(files[0]!, `${JSON.stringify(results, undefined, 2)}\n`);
  await writeFile(files[1]!, chart(results.rows, results.ours, results.machine));
  return files;
}

/** Puts the results where the repository shows them. */
export async function publish(results: Results): Promise<string[]> {
  const files = [join(root, 'bench/latest.svg'), join(root, 'docs/performance.md')];
  await writeFile(files[0]!, chart(results.rows, results.ours, results.machine));
  await writeFile(files[1]!, between(await readFile(files[1]!, 'utf8'), summaryOf(results)));
  return files;
}

function summaryOf({ ours, machine, rows, verdicts }: Results): string {
  const judged = [
    ['target', 'measured', 'met'],
    ...verdicts.map(({ target, measured, met }) => [target, measured, met ? 'yes' : 'no']),
  ];
  return [machine, markdownTable(tableOf(rows, ours)), markdownTable(judged)].join('\n\n');
}

function between(document: string, content: string): string {
  const [start, end] = markers.map((marker) => document.indexOf(marker)) as [number, number];
  if (start === -1 || end < start) throw new Error(`docs/performance.md has no ${markers.join(' … ')}`);
  return `${document.slice(0, start + markers[0].length)}\n\n${content}\n\n${document.slice(end)}`;
}
