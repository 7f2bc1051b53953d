import type { Bench } from './bench.ts';
import { openConnection } from './load/connection.ts';
import type { Job, JobResult } from './load/jobs.ts';
import { median } from './load/latency.ts';
import { fetchBytes } from './load/send.ts';
import type { Figure, Row } from './report/rows.ts';
import { cpuMs } from './subjects/process-figures.ts';
import type { Server } from './subjects/types.ts';

/** One measurement of one subject. */
export interface Sample extends Figure {
  /** What is put in the table: a rate, a time or a size, in the unit of its row. */
  readonly value: number;
}

/** Something that is measured in every round. */
export interface Contender {
  readonly subject: string;
  run(): Promise<Sample>;
}

export interface Heading extends Pick<Row, 'part' | 'label' | 'unit'> {
  /** The contender that the first one is compared with. */
  readonly baseline?: string;
}

/** The last parts of the write path are compiled for good after some 20,000 writes. */
const warmUpRuns = 8;

/**
 * `compare` for every number of clients asked for. Before that all contenders run under the most clients for a while: code
 * that has just been loaded is several times slower, and the first level would pay for it.
 */
export async function compareLevels(
  bench: Bench,
  heading: Heading,
  contendersAt: (clients: number) => readonly Contender[],
): Promise<void> {
  const { clients: levels } = bench.options;
  const busiest = contendersAt(Math.max(...levels));
  for (let run = 0; run < warmUpRuns; run++) {
    for (const contender of busiest) {
      bench.progress.show(`${heading.part}: ${contender.subject}, warming up`);
      await contender.run();
    }
  }
  for (const clients of levels) {
    const label = clients === 1 ? '1 client' : `${clients} clients`;
    const full = heading.label === '' ? label : `${heading.label}, ${label}`;
    await compare(bench, { ...heading, label: full }, contendersAt(clients));
  }
}

/**
 * Measures all contenders in turns, so that noise of the machine hits them alike, and records the medians. The first
 * turn is thrown away: code is compiled and caches fill.
 */
export async function compare(
  bench: Bench,
  heading: Heading,
  contenders: readonly Contender[],
): Promise<void> {
  const samples = contenders.map((): Sample[] => []);
  const { rounds } = bench.options;
  for (let round = 0; round <= rounds; round++) {
    for (const offset of contenders.keys()) {
      const index = (round + offset) % contenders.length;
      const { subject, run } = contenders[index]!;
      bench.progress.show(
        `${heading.part} ${heading.label}: ${subject}, ${round === 0 ? 'warming up' : `round ${round} of ${rounds}`}`,
      );
      const sample = await run();
      if (round > 0) samples[index]!.push(sample);
    }
  }
  const { baseline: baselineName, ...row } = heading;
  const figures = contenders.map(({ subject }, index) => [subject, summary(samples[index]!)] as const);
  const at = contenders.findIndex(({ subject }) => subject === baselineName);
  bench.record({
    ...row,
    figures: Object.fromEntries(figures),
    ...(at > 0 ? { baseline: { subject: baselineName!, ...ratios(samples[0]!, samples[at]!) } } : {}),
  });
}

const ratios = (ours: readonly Sample[], theirs: readonly Sample[]) => ({
  ratio: median(ours.map(({ value }, round) => value / theirs[round]!.value)),
  ...(ours[0]?.cpuMicros && theirs[0]?.cpuMicros
    ? { cpuRatio: median(ours.map(({ cpuMicros }, round) => cpuMicros! / theirs[round]!.cpuMicros!)) }
    : {}),
});

/** Medians; of stalls the worst. */
function summary(samples: readonly Sample[]): Figure {
  const of = (pick: (sample: Sample) => number | undefined, join: (values: number[]) => number) => {
    const values = samples.map(pick).filter((value) => value !== undefined);
    return values.length === 0 ? undefined : join(values);
  };
  return {
    value: of((sample) => sample.value, median)!,
    p50Ms: of((sample) => sample.p50Ms, median),
    p99Ms: of((sample) => sample.p99Ms, median),
    firstByteMs: of((sample) => sample.firstByteMs, median),
    cpuMicros: of((sample) => sample.cpuMicros, median),
    delayMs: of((sample) => sample.delayMs, median),
    stallMs: of(
      (sample) => sample.stallMs,
      (values) => Math.max(...values),
    ),
  };
}

/** Runs a job against a server and adds what the server's process says about it. The value is the rate per second. */
export async function measureJob(bench: Bench, server: Server, job: Job): Promise<Sample> {
  await loopDelayMs(server);
  await server.stallMs?.();
  const sample = await measure(server.pids, () => bench.load.run(job));
  return { ...sample, stallMs: await server.stallMs?.(), delayMs: await loopDelayMs(server) };
}

export async function measure(pids: readonly number[], run: () => Promise<JobResult>): Promise<Sample> {
  const before = cpuMs(pids);
  const result = await run();
  const after = cpuMs(pids);
  const [failure] = Object.entries(result.failures);
  if (failure) throw new Error(`${failure[1]} of ${result.operations} requests failed: ${failure[0]}`);
  const { operations, elapsedMs, latency, firstByte } = result;
  return {
    value: (operations / elapsedMs) * 1000,
    p50Ms: latency.p50,
    p99Ms: latency.p99,
    firstByteMs: firstByte.p50,
    cpuMicros:
      before === undefined || after === undefined ? undefined : ((after - before) * 1000) / operations,
  };
}

/** The longest delay of the server's event loop since the last call, milliseconds on the wall. */
async function loopDelayMs({ endpoint, metricsPath }: Server): Promise<number | undefined> {
  if (metricsPath === undefined) return undefined;
  const connection = await openConnection(endpoint);
  const text = (await fetchBytes(connection, 'GET', metricsPath)).toString();
  connection.close();
  const seconds = text.match(/^binnacle_event_loop_delay_seconds\{quantile="1"\} (\S+)$/m)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
