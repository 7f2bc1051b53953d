import { availableParallelism, cpus, loadavg } from 'node:os';
import { openBench, type RunningBench } from './bench.ts';
import { type BenchOptions, parseOptions, usage } from './options.ts';
import { authorization } from './parts/authorization.ts';
import { cluster } from './parts/cluster.ts';
import { deleteCollection } from './parts/delete-collection.ts';
import { fairness } from './parts/fairness.ts';
import { get } from './parts/get.ts';
import { largeStore } from './parts/large-store.ts';
import { list } from './parts/list.ts';
import { listLarge } from './parts/list-large.ts';
import type { Part } from './parts/part.ts';
import { revisions } from './parts/revisions.ts';
import { selective } from './parts/selective.ts';
import { start } from './parts/start.ts';
import { fanOut, watch } from './parts/watch.ts';
import { create, patch, update } from './parts/writes.ts';
import { createProgress } from './report/progress.ts';
import { publish, type Results, writeResults } from './report/publish.ts';
import { plainTable, tableOf } from './report/table.ts';
import { judge, verdictLine } from './report/targets.ts';

const parts: readonly Part[] = [
  start,
  get,
  list,
  create,
  update,
  patch,
  watch,
  fairness,
  listLarge,
  fanOut,
  selective,
  deleteCollection,
  largeStore,
  authorization,
  cluster,
  revisions,
];

async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  if (!options) {
    process.stdout.write(usage);
    return 0;
  }
  const unknown = options.only.find((name) => !parts.some((part) => part.name === name));
  if (unknown !== undefined) throw new Error(`--only: there is no part ${JSON.stringify(unknown)}`);
  const progress = createProgress(process.stderr);
  const machine = describeMachine(options);
  const bench = openBench(options, progress);
  let failed: boolean;
  try {
    failed = await runParts(bench, options);
  } finally {
    progress.show('stopping');
    await bench.close();
    progress.clear();
  }
  await report(bench, options, machine);
  return failed ? 1 : 0;
}

/** A part that fails does not keep the others from running. */
async function runParts(bench: RunningBench, { only }: BenchOptions): Promise<boolean> {
  let failed = false;
  for (const part of parts) {
    if (only.length > 0 && !only.includes(part.name)) continue;
    try {
      await part.run(bench);
    } catch (error) {
      failed = true;
      bench.progress.clear();
      process.stderr.write(
        `${part.name} failed: ${error instanceof Error ? error.message : String(error)}\n`,
      );
    }
  }
  return failed;
}

async function report({ rows, kinds }: RunningBench, options: BenchOptions, machine: string): Promise<void> {
  if (rows.length === 0) return;
  const ours = kinds[0]!.name;
  const verdicts = judge(rows, ours);
  const results: Results = { ours, machine, rows, verdicts };
  const text = [machine, '', plainTable(tableOf(rows, ours)), '', ...verdicts.map(verdictLine), ''];
  process.stdout.write(text.join('\n'));
  const files = await writeResults(results, options.output);
  if (options.publish) files.push(...(await publish(results)));
  process.stdout.write(`\n${files.join('\n')}\n`);
}

function describeMachine({ rounds }: BenchOptions): string {
  const model = cpus()[0]?.model ?? 'unknown processor';
  return `${availableParallelism()} x ${model}, Node ${process.version}, load ${loadavg()[0]!.toFixed(1)} at the start, medians of ${rounds}`;
}

// Servers are killed on exit, and stopped by nothing else when the benchmark is interrupted.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
