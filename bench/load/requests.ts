import { type Connection, openConnection } from './connection.ts';
import type { JobResult, RequestsJob } from './jobs.ts';
import { summarise } from './latency.ts';
import { send } from './send.ts';
import { compileRequest } from './template.ts';

/** As many connections as a client process of the usual sort would open, unless there are more requests at a time than these take. */
const usualConnections = 4;
const requestsPerConnection = 100;

/** Runs closed-loop clients, spread over a few connections, and reports on the requests they made. */
export async function runRequests(job: RequestsJob): Promise<JobResult> {
  const { clients, requests = Number.POSITIVE_INFINITY, durationMs = Number.POSITIVE_INFINITY } = job;
  const request = compileRequest(job.request);
  const needed = Math.ceil(clients / requestsPerConnection);
  const connections = await openAll(job, Math.max(needed, Math.min(clients, usualConnections)));
  const latencies: number[] = [];
  const firstBytes: number[] = [];
  const failures: Record<string, number> = {};
  let bytes = 0;
  let sent = 0;
  const startMs = performance.now();

  const client = async (index: number) => {
    const connection = connections[index % connections.length]!;
    while (sent < requests && performance.now() - startMs < durationMs) {
      const n = (job.firstNumber ?? 0) + sent++;
      const sentMs = performance.now();
      const body = request.body(n, index);
      const answer = await send(
        connection,
        request.method,
        request.path(n, index),
        body,
        request.contentType,
      );
      latencies.push(performance.now() - sentMs);
      if (answer.firstByteAtMs > 0) firstBytes.push(answer.firstByteAtMs - sentMs);
      bytes += answer.bytes;
      if (answer.error === undefined && answer.status >= 200 && answer.status < 300) continue;
      const why = answer.error ?? String(answer.status);
      failures[why] = (failures[why] ?? 0) + 1;
      // A connection that is gone stays gone.
      if (answer.error !== undefined) return;
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, index) => client(index)));

  const elapsedMs = performance.now() - startMs;
  for (const connection of connections) connection.close();
  return {
    operations: latencies.length,
    elapsedMs,
    latency: summarise(latencies),
    firstByte: summarise(firstBytes),
    bytes,
    failures,
  };
}

const openAll = ({ endpoint }: RequestsJob, count: number): Promise<Connection[]> =>
  Promise.all(Array.from({ length: count }, () => openConnection(endpoint)));
