import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Connection, type Endpoint, openConnection } from '../load/connection.ts';
import { fetchBytes } from '../load/send.ts';
import { freePort, stallProbe, startChild } from '../subjects/child.ts';
import { untilReady } from '../subjects/ready.ts';
import type { Server } from '../subjects/types.ts';

export interface HttpFloor extends Server {
  /** Bytes that `GET /bodies/<name>` sends from now on. */
  give(name: string, body: Buffer): Promise<void>;
}

/** Largest body of one request of the load generator. */
const partBytes = 60_000;

/** Starts a bare Node server with the certificates of a server that `endpoint` calls. `databasePath` is a file for what it stores. */
export async function startHttpFloor(
  endpoint: Endpoint,
  pkiDirectory: string,
  databasePath: string,
): Promise<HttpFloor> {
  const port = await freePort();
  const own = { ...endpoint, url: `https://127.0.0.1:${port}` };
  const startedMs = performance.now();
  const child = startChild(process.execPath, [
    ...stallProbe,
    fileURLToPath(new URL('./http-process.ts', import.meta.url)),
    String(port),
    databasePath,
    ...['apiserver.crt', 'apiserver.key', 'ca.crt'].map((file) => join(pkiDirectory, file)),
  ]);
  await untilReady(own, '/bodies/ready', child);
  const startMs = performance.now() - startedMs;
  const connection = await openConnection(own);
  return {
    name: 'bare Node',
    endpoint: own,
    pids: [child.pid],
    startMs,
    metricsPath: '/metrics',
    stallMs: child.stallMs,
    give: (name, body) => giveParts(connection, name, body),
    async stop() {
      connection.close();
      await child.stop();
    },
  };
}

/** In parts, as the load generator's connections send no more than a window at once. */
async function giveParts(connection: Connection, name: string, body: Buffer): Promise<void> {
  await fetchBytes(connection, 'DELETE', `/bodies/${name}`);
  for (let at = 0; at < body.length; at += partBytes) {
    await fetchBytes(connection, 'PUT', `/bodies/${name}`, body.subarray(at, at + partBytes));
  }
}
