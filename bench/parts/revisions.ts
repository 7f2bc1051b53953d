import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import { median } from '../load/latency.ts';
import { type DrivenStore, startDrivenStore } from '../store/driven-store.ts';
import type { Writes } from '../store/store-messages.ts';
import type { Part } from './part.ts';

const inFlight = 128;
const slices = 10;
/** Measured one after another in each slice. */
const blocksPerSlice = 10;
/** Writes of a key, on average: ten million of a hundred thousand keys. */
const writesPerKey = 100;
/** At its end every page has been used that the store needs. */
const settledSlice = 1;
const barWidth = 30;
const mebibyte = 1024 ** 2;
/** Checkpoints come every 4 MiB; the transactions before one that is due are up to 8 MiB, and what a compaction removes beside. */
const allowedLogMebibytes = 24;

/**
 * Many more writes than there are keys, through the store with its compaction: neither files nor latency may grow with them. The
 * last of them go in turns with the first of a new store, so that noise of the machine hits both.
 */
export const revisions: Part = {
  name: 'revisions',
  async run(bench) {
    const perBlock = Math.max(Math.floor(bench.options.revisions / slices / blocksPerSlice), 1);
    const perSlice = perBlock * blocksPerSlice;
    const total = perSlice * slices;
    const stores: DrivenStore[] = [];
    const startStore = async (name: string) => {
      bench.progress.show(`revisions: filling ${name}`);
      const path = join(await bench.emptyDirectory(name), 'store.db');
      const keys = Math.max(Math.floor(total / writesPerKey), inFlight);
      const store = await startDrivenStore({ path, keys, inFlight });
      stores.push(store);
      return store;
    };
    try {
      const store = await startStore('revisions');
      const measured: Writes[] = [];
      for (let slice = 0; slice < slices - 1; slice++) {
        const blocks: Writes[] = [];
        while (blocks.length < blocksPerSlice) {
          showBar(bench, slice * perSlice + blocks.length * perBlock, total);
          blocks.push(await store.write(perBlock));
        }
        measured.push(together(blocks));
      }
      const fresh = await startStore('revisions-new');
      const [first, last]: [Writes[], Writes[]] = [[], []];
      while (last.length < blocksPerSlice) {
        showBar(bench, total - perSlice + last.length * perBlock, total);
        first.push(await fresh.write(perBlock));
        last.push(await store.write(perBlock));
      }
      measured.push(together(last));
      await keep(bench, { perSlice, measured, inTurns: { first, last } });
      recordLatency(bench, measured, first, last);
      recordSizes(bench, measured);
      recordLog(bench, measured);
    } finally {
      for (const store of stores) await store.stop();
    }
  },
};

const counted = (count: number): string => count.toLocaleString('en-US');
const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

function showBar(bench: Bench, written: number, writes: number): void {
  const filled = Math.round((written / writes) * barWidth);
  bench.progress.show(
    `revisions: [${'#'.repeat(filled).padEnd(barWidth, '.')}] ${counted(written)} of ${counted(writes)}`,
  );
}

/** Medians of latencies; of sizes and stalls the most. */
function together(blocks: readonly Writes[]): Writes {
  const all = (name: keyof Writes) => blocks.map((block) => block[name]);
  return {
    writes: sumOf(all('writes')),
    elapsedMs: sumOf(all('elapsedMs')),
    p50Ms: median(all('p50Ms')),
    p99Ms: median(all('p99Ms')),
    cpuMicros: median(all('cpuMicros')),
    maxMs: Math.max(...all('maxMs')),
    stallMs: Math.max(...all('stallMs')),
    databaseBytes: Math.max(...all('databaseBytes')),
    logBytes: Math.max(...all('logBytes')),
    residentBytes: Math.max(...all('residentBytes')),
    history: Math.max(...all('history')),
  };
}

async function keep({ options: { output } }: Bench, figures: object): Promise<void> {
  await mkdir(output, { recursive: true });
  await writeFile(join(output, 'revisions.json'), `${JSON.stringify(figures, undefined, 2)}\n`);
}

const totalOf = (measured: readonly Writes[]): string => counted(sumOf(measured.map(({ writes }) => writes)));

function recordLatency(
  bench: Bench,
  measured: readonly Writes[],
  first: readonly Writes[],
  last: readonly Writes[],
): void {
  const ours = bench.kinds[0]!.name;
  const stallMs = Math.max(...measured.map((slice) => slice.stallMs));
  const rate = median(measured.map(({ writes, elapsedMs }) => (writes / elapsedMs) * 1000));
  bench.record({
    part: 'revisions',
    label: `${totalOf(measured)} writes, ${inFlight} in flight`,
    unit: '/s',
    figures: { [ours]: { value: rate, stallMs } },
  });
  const { writes, p50Ms, p99Ms, cpuMicros } = together(last);
  const subject = 'the first';
  const ratioOf = (name: 'p99Ms' | 'cpuMicros') =>
    median(last.map((block, index) => block[name] / first[index]![name]));
  bench.record({
    part: 'revisions-latency',
    label: `99th percentile of the last ${counted(writes)}`,
    unit: 'ms',
    figures: {
      [ours]: { value: p99Ms, p50Ms, p99Ms, cpuMicros },
      [subject]: { value: together(first).p99Ms },
    },
    baseline: { subject, ratio: ratioOf('p99Ms'), cpuRatio: ratioOf('cpuMicros') },
  });
}

const sizes: readonly (readonly [string, string, (slice: Writes) => number])[] = [
  ['revisions-file', 'store.db', ({ databaseBytes }) => databaseBytes],
  ['revisions-memory', 'process', ({ residentBytes }) => residentBytes],
];

/** The most after the store has settled, beside what it was then. */
function recordSizes(bench: Bench, measured: readonly Writes[]): void {
  const settled = measured[settledSlice]!;
  const subject = `after ${totalOf(measured.slice(0, settledSlice + 1))}`;
  for (const [part, what, of] of sizes) {
    const [most, then] = [Math.max(...measured.slice(settledSlice).map(of)), of(settled)];
    bench.record({
      part,
      label: `${what}, after ${totalOf(measured)} writes`,
      unit: 'MiB',
      figures: {
        [bench.kinds[0]!.name]: { value: most / mebibyte },
        [subject]: { value: then / mebibyte },
      },
      baseline: { subject, ratio: most / then },
    });
  }
}

function recordLog(bench: Bench, measured: readonly Writes[]): void {
  const value = Math.max(...measured.map(({ logBytes }) => logBytes)) / mebibyte;
  const subject = 'allowed';
  bench.record({
    part: 'revisions-log',
    label: `write-ahead log, most in ${totalOf(measured)} writes`,
    unit: 'MiB',
    figures: { [bench.kinds[0]!.name]: { value }, [subject]: { value: allowedLogMebibytes } },
    baseline: { subject, ratio: value / allowedLogMebibytes },
  });
}
