import { fork } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.ts';
import type { FromStoreProcess, Slice, StoreJob } from '../store/store-messages.ts';
import type { Part } from './part.ts';

const inFlight = 128;
const slices = 10;
/** Writes of a key, on average: ten million of a hundred thousand keys. */
const writesPerKey = 100;
/** By its end every page has been used that the store needs. */
const settledSlice = 1;
const barWidth = 30;
const mebibyte = 1024 ** 2;

/** Many more writes than there are keys, through the store with its compaction: neither files nor latency may grow with them. */
export const revisions: Part = {
  name: 'revisions',
  async run(bench) {
    const perSlice = Math.max(Math.floor(bench.options.revisions / slices), 1);
    const writes = perSlice * slices;
    const directory = await bench.emptyDirectory('revisions');
    const keys = Math.max(Math.floor(writes / writesPerKey), inFlight);
    const job = { path: join(directory, 'store.db'), keys, writes, slices, inFlight };
    const measured = await driveStore(bench, job);
    await mkdir(bench.options.output, { recursive: true });
    await writeFile(
      join(bench.options.output, 'revisions.json'),
      `${JSON.stringify({ job, slices: measured }, undefined, 2)}\n`,
    );
    recordLatency(bench, measured, writes);
    recordSizes(bench, measured, writes);
  },
};

const counted = (count: number): string => count.toLocaleString('en-US');

function driveStore(bench: Bench, job: StoreJob): Promise<readonly Slice[]> {
  const path = fileURLToPath(new URL('../store/store-process.ts', import.meta.url));
  const child = fork(path, [JSON.stringify(job)], { execArgv: [] });
  const measured: Slice[] = [];
  let done = false;
  return new Promise((resolve, reject) => {
    child.on('message', (message: FromStoreProcess) => {
      if ('written' in message) bench.progress.show(bar(message.written, job.writes));
      else if ('slice' in message) measured.push(message.slice);
      else ({ done } = message);
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (done) resolve(measured);
      else reject(new Error(`the store's process ended with ${code ?? signal}`));
    });
  });
}

function bar(written: number, writes: number): string {
  const filled = Math.round((written / writes) * barWidth);
  return `revisions: [${'#'.repeat(filled).padEnd(barWidth, '.')}] ${counted(written)} of ${counted(writes)}`;
}

function recordLatency(bench: Bench, measured: readonly Slice[], writes: number): void {
  const ours = bench.kinds[0]!.name;
  const [first, last] = [measured[0]!, measured.at(-1)!];
  const stallMs = Math.max(...measured.map((slice) => slice.stallMs));
  const elapsedMs = measured.reduce((sum, slice) => sum + slice.elapsedMs, 0);
  const { cpuMicros, p50Ms, p99Ms } = last;
  bench.record({
    part: 'revisions',
    label: `${counted(writes)} writes, ${inFlight} in flight`,
    unit: '/s',
    figures: { [ours]: { value: (writes / elapsedMs) * 1000, stallMs } },
  });
  bench.record({
    part: 'revisions-latency',
    label: `99th percentile of the last ${counted(last.writes)}`,
    unit: 'ms',
    figures: {
      [ours]: { value: p99Ms, p50Ms, p99Ms, cpuMicros },
      'the first': { value: first.p99Ms },
    },
    baseline: {
      subject: 'the first',
      ratio: p99Ms / first.p99Ms,
      cpuRatio: cpuMicros / first.cpuMicros,
    },
  });
}

const sizes: readonly (readonly [string, string, (slice: Slice) => number])[] = [
  ['revisions-bytes', 'store.db', ({ databaseBytes }) => databaseBytes],
  ['revisions-bytes', 'write-ahead log', ({ logBytes }) => logBytes],
  ['revisions-memory', 'process', ({ residentBytes }) => residentBytes],
];

/** The most after the store has settled, beside what it was then. */
function recordSizes(bench: Bench, measured: readonly Slice[], writes: number): void {
  const settled = measured[settledSlice]!;
  const subject = `after ${counted(settled.writes * (settledSlice + 1))}`;
  for (const [part, what, of] of sizes) {
    const [most, then] = [Math.max(...measured.slice(settledSlice).map(of)), of(settled)];
    bench.record({
      part,
      label: `${what}, after ${counted(writes)} writes`,
      unit: 'MiB',
      figures: {
        [bench.kinds[0]!.name]: { value: most / mebibyte },
        [subject]: { value: then / mebibyte },
      },
      baseline: { subject, ratio: most / then },
    });
  }
}
