import { Worker } from 'node:worker_threads';
import type { JobResult } from '../load/jobs.ts';
import { summarise } from '../load/latency.ts';
import type { Batch, FromSqliteProcess, SqliteJob, ToSqliteProcess } from './sqlite-messages.ts';

/*
 * Clients without a network: each hands the writer its next value when the last one is durable. What they hand over in one
 * turn goes as one message, as in the server's store. Argument: the database file.
 */

const worker = new Worker(new URL('./sqlite-worker.ts', import.meta.url), { workerData: process.argv[2] });
let waiting: (() => void)[] = [];
worker.on('message', (count: number) => {
  const done = waiting.slice(0, count);
  waiting = waiting.slice(count);
  for (const resolve of done) resolve();
});

let unsent: Uint8Array[] = [];
function flush(): void {
  const values = Buffer.allocUnsafeSlow(unsent.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const value of unsent) {
    values.set(value, at);
    at += value.length;
  }
  const batch: Batch = { count: unsent.length, values: values.buffer };
  unsent = [];
  worker.postMessage(batch, [batch.values]);
}

function write(value: Uint8Array): Promise<void> {
  if (unsent.length === 0) queueMicrotask(flush);
  unsent.push(value);
  return new Promise((resolve) => waiting.push(resolve));
}

async function run(job: SqliteJob): Promise<JobResult> {
  const { clients, requests = Number.POSITIVE_INFINITY, durationMs = Number.POSITIVE_INFINITY } = job;
  const value = Buffer.alloc(job.valueBytes, 'x');
  const latencies: number[] = [];
  let sent = 0;
  const startMs = performance.now();
  const client = async () => {
    while (sent < requests && performance.now() - startMs < durationMs) {
      sent++;
      const sentMs = performance.now();
      await write(value);
      latencies.push(performance.now() - sentMs);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return {
    operations: latencies.length,
    elapsedMs: performance.now() - startMs,
    latency: summarise(latencies),
    firstByte: summarise([]),
    bytes: latencies.length * job.valueBytes,
    failures: {},
  };
}

process.on('message', ({ id, job }: ToSqliteProcess) => {
  const answer = (message: FromSqliteProcess) => process.send!(message);
  void run(job).then((result) => answer({ id, result }));
});
process.on('disconnect', () => process.exit(0));
