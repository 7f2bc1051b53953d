import { type Connection, openConnection } from './connection.ts';
import type { JobResult, WatchJob } from './jobs.ts';
import { summarise } from './latency.ts';
import { fetchBytes } from './send.ts';
import { type CompiledRequest, compileRequest } from './template.ts';

/** Few enough for servers that allow a hundred streams on a connection. */
const watchersPerConnection = 64;
const newline = 0x0a;
/** A run in which nothing arrives for so long has failed. */
const stalledMs = 30_000;

/** What all watchers of one run share. */
interface Deliveries {
  readonly sentAtMs: number[];
  readonly latencies: number[];
  /** How many watchers have the event of a write. */
  readonly arrivals: number[];
  bytes: number;
  failure: string | undefined;
  /** Called when every watcher has the event of the `index`th write, and on failure. */
  complete: (index: number) => void;
}

/** Opens watches, writes, and reports on the events that arrive. Every event is one line, in the order of the writes. */
export async function runWatch(job: WatchJob): Promise<JobResult> {
  const count = Math.ceil(job.watchers / watchersPerConnection);
  const connections = await Promise.all(Array.from({ length: count }, () => openConnection(job.endpoint)));
  const writer = await openConnection(job.endpoint);
  const deliveries: Deliveries = {
    sentAtMs: [],
    latencies: [],
    arrivals: [],
    bytes: 0,
    failure: undefined,
    complete: () => {},
  };
  try {
    const path = await watchPath(job, writer);
    await Promise.all(
      Array.from({ length: job.watchers }, (_, index) =>
        openWatch(connections[index % count]!, path, job.watchers, deliveries),
      ),
    );
    const startMs = performance.now();
    await writeAll(job, compileRequest(job.write), writer, deliveries);
    const elapsedMs = performance.now() - startMs;
    return {
      operations: deliveries.latencies.length,
      elapsedMs,
      latency: summarise(deliveries.latencies),
      firstByte: summarise([]),
      bytes: deliveries.bytes,
      failures: deliveries.failure === undefined ? {} : { [deliveries.failure]: 1 },
    };
  } finally {
    for (const connection of [...connections, writer]) connection.close();
  }
}

async function watchPath(job: WatchJob, connection: Connection): Promise<string> {
  if (job.versionPath === undefined) return job.watchPath;
  const list = JSON.parse((await fetchBytes(connection, 'GET', job.versionPath)).toString()) as {
    metadata: { resourceVersion: string };
  };
  return job.watchPath.replace('{version}', list.metadata.resourceVersion);
}

/** Resolves when the server has answered that the watch is open. */
function openWatch(
  connection: Connection,
  path: string,
  watchers: number,
  deliveries: Deliveries,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = 0;
    connection.request('GET', path, undefined, '', {
      status: (status) => (status === 200 ? resolve() : reject(new Error(`watch answered ${status}`))),
      data: (chunk) => {
        deliveries.bytes += chunk.length;
        for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, at + 1)) {
          const index = received++;
          deliveries.latencies.push(performance.now() - deliveries.sentAtMs[index]!);
          const arrived = (deliveries.arrivals[index] ?? 0) + 1;
          deliveries.arrivals[index] = arrived;
          if (arrived === watchers) deliveries.complete(index);
        }
      },
      end: (error) => {
        deliveries.failure ??= error ?? 'a watch has ended';
        deliveries.complete(-1);
        reject(new Error(deliveries.failure));
      },
    });
  });
}

/** Returns when the last event has arrived everywhere. */
async function writeAll(
  { writes, paced, firstNumber = 0 }: WatchJob,
  request: CompiledRequest,
  writer: Connection,
  deliveries: Deliveries,
): Promise<void> {
  let wake = () => {};
  let completed = 0;
  deliveries.complete = (index) => {
    completed = index === -1 ? writes : index + 1;
    wake();
  };
  const reached = async (wanted: number) => {
    while (completed < wanted) {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('watch events stopped coming')), stalledMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  for (let index = 0; index < writes && deliveries.failure === undefined; index++) {
    deliveries.sentAtMs.push(performance.now());
    const n = firstNumber + index;
    await fetchBytes(writer, request.method, request.path(n, 0), request.body(n, 0), request.contentType);
    if (paced) await reached(index + 1);
  }
  await reached(writes);
}
