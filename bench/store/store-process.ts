import { statSync } from 'node:fs';
import { createHistogram } from 'node:perf_hooks';
import { realClock } from '../../src/apimachinery/clock.ts';
import { silentLog } from '../../src/apimachinery/log.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { openSqliteKv } from '../../src/kv/sqlite/index.ts';
import type { Kv } from '../../src/kv/types.ts';
import { compactPeriodically } from '../../src/storage/compaction.ts';
import { watchStalls } from '../subjects/stalls.ts';
import type { FromStoreProcess, Slice, StoreJob } from './store-messages.ts';
import { createWriter, type Writer } from './writer.ts';

/*
 * A server's store without the server: the SQLite store with its thread, one watch of everything, as the watch cache has it,
 * and the server's own loop that drops history, every second instead of every five minutes: at the pace of these writes five
 * minutes are more revisions than a disk should be filled with.
 */

const compactEveryMs = 1_000;
const lookEveryMs = 50;
const reportEveryMs = 500;
const nanosPerMs = 1e6;

const send = (message: FromStoreProcess): void => void process.send!(message);
const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** Runs `total` writes with as many in flight as there are writers. */
async function run(
  writers: readonly Writer[],
  total: number,
  onWritten: (ms: number) => void,
): Promise<void> {
  let left = total;
  await Promise.all(
    writers.map(async (writer) => {
      while (left-- > 0) {
        const sentMs = performance.now();
        await writer.write();
        onWritten(performance.now() - sentMs);
      }
    }),
  );
}

async function drive(kv: Kv, { path, keys, writes, slices, inFlight }: StoreJob): Promise<void> {
  const writers = Array.from({ length: inFlight }, (_, first) =>
    createWriter(kv, seededRandom(first), { first, step: inFlight, keys }),
  );
  const longestStall = watchStalls();
  const latency = createHistogram();
  let [written, logBytes] = [0, 0];
  const timers = [
    setInterval(() => {
      logBytes = Math.max(logBytes, sizeOf(`${path}-wal`));
    }, lookEveryMs),
    setInterval(() => send({ written }), reportEveryMs),
  ];

  const measureSlice = async (count: number): Promise<Slice> => {
    latency.reset();
    logBytes = sizeOf(`${path}-wal`);
    longestStall();
    const startMs = performance.now();
    const startCpu = process.cpuUsage();
    await run(writers, count, (ms) => {
      written++;
      latency.record(Math.max(Math.round(ms * nanosPerMs), 1));
    });
    const { user, system } = process.cpuUsage(startCpu);
    return {
      writes: count,
      elapsedMs: performance.now() - startMs,
      p50Ms: latency.percentile(50) / nanosPerMs,
      p99Ms: latency.percentile(99) / nanosPerMs,
      maxMs: latency.max / nanosPerMs,
      cpuMicros: (user + system) / count,
      stallMs: longestStall(),
      databaseBytes: sizeOf(path),
      logBytes,
      residentBytes: process.memoryUsage.rss(),
      history: kv.revision() - kv.compactRevision(),
    };
  };

  await Promise.all(writers.map((writer) => writer.fill()));
  for (let slice = 0; slice < slices; slice++) send({ slice: await measureSlice(writes / slices) });
  for (const timer of timers) clearInterval(timer);
}

/** Counts events, and looks whether they come one by one. */
function follow(kv: Kv): () => number {
  const from = kv.revision() + 1;
  let next = from;
  kv.watch(from, {
    onEvents(events) {
      for (const { revision } of events)
        if (revision !== next++) throw new Error(`an event of ${revision} where ${next - 1} was due`);
    },
    onProgress() {},
    onError() {},
  });
  return () => next - 1;
}

const job = JSON.parse(process.argv[2]!) as StoreJob;
process.on('disconnect', () => process.exit(1));
const kv = await openSqliteKv({ path: job.path, clock: realClock });
const followed = follow(kv);
const window = { kind: 'revisions', count: job.keys } as const;
const compaction = compactPeriodically(kv, realClock, { window, intervalMs: compactEveryMs }, silentLog);
await drive(kv, job);
if (followed() !== kv.revision()) throw new Error('the watch did not see every write');
compaction.stop();
await kv.close();
send({ done: true });
process.disconnect();
