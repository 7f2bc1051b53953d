import { statSync } from 'node:fs';
import { createHistogram } from 'node:perf_hooks';
import { virtualClock } from '../../src/apimachinery/clock.ts';
import { silentLog } from '../../src/apimachinery/log.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { openSqliteKv } from '../../src/kv/sqlite/index.ts';
import type { Kv } from '../../src/kv/types.ts';
import { compactPeriodically } from '../../src/storage/compaction.ts';
import { watchStalls } from '../subjects/stalls.ts';
import type { FromStoreProcess, StoreJob, ToStoreProcess, Writes } from './store-messages.ts';
import { createWriter, type Writer } from './writer.ts';

/*
 * A server's store without the server: the SQLite store with its thread, one watch of everything, as the watch cache has it,
 * and the server's own loop that drops history. Its time is that of a server with 5,000 writes a second, so that a fast disk
 * makes no longer history than a slow one. It keeps and drops less than a server does in its five minutes, for the disk's sake.
 */

const msPerWrite = 0.2;
/** Revisions from one compaction to the next, for each key. */
const revisionsPerKey = 1.5;
const lookEveryMs = 50;
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

const longestStall = watchStalls();
const latency = createHistogram();

async function measure(kv: Kv, path: string, count: number, write: () => Promise<void>): Promise<Writes> {
  let logBytes = 0;
  const look = () => {
    logBytes = Math.max(logBytes, sizeOf(`${path}-wal`));
  };
  const looking = setInterval(look, lookEveryMs);
  latency.reset();
  longestStall();
  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  await write();
  const { user, system } = process.cpuUsage(startCpu);
  const elapsedMs = performance.now() - startMs;
  clearInterval(looking);
  look();
  return {
    writes: count,
    elapsedMs,
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
}

/** Looks whether events come one by one. */
function follow(kv: Kv): void {
  let next = kv.revision() + 1;
  kv.watch(next, {
    onEvents(events) {
      for (const { revision } of events)
        if (revision !== next++) throw new Error(`an event of ${revision} where ${next - 1} was due`);
    },
    onProgress() {},
    onError() {},
  });
}

const { path, keys, inFlight } = JSON.parse(process.argv[2]!) as StoreJob;
const clock = virtualClock();
const kv = await openSqliteKv({ path, clock });
follow(kv);
const historyMs = keys * revisionsPerKey * msPerWrite;
compactPeriodically(kv, clock, { window: { kind: 'time', ms: historyMs }, intervalMs: historyMs }, silentLog);
const writers = Array.from({ length: inFlight }, (_, first) =>
  createWriter(kv, seededRandom(first), { first, step: inFlight, keys }),
);
await Promise.all(writers.map((writer) => writer.fill()));

const onWritten = (ms: number): void => {
  clock.advance(msPerWrite);
  latency.record(Math.max(Math.round(ms * nanosPerMs), 1));
};
process.on('message', ({ writes }: ToStoreProcess) => {
  void measure(kv, path, writes, () => run(writers, writes, onWritten)).then(send);
});
process.on('disconnect', () => process.exit(0));
send('ready');
