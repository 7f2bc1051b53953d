import type { JobResult } from '../load/jobs.ts';
import { summarise } from '../load/latency.ts';
import type { FromSqliteProcess, SqliteJob, ToSqliteProcess } from './sqlite-messages.ts';
import { startSqliteWriter } from './sqlite-writer.ts';

/*
 * Clients without a network: each hands the writer its next value when the last one is durable. Argument: the database file.
 */

const write = startSqliteWriter(process.argv[2]!, queueMicrotask);

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
