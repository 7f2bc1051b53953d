import process from 'node:process';
import { silentLog } from '../../src/apimachinery/log.ts';
import { startServer } from '../../src/start-server.ts';
import type { ChildMessage, Pulse } from './messages.ts';

/*
 * The server as a process of its own: what is done to it cannot slow down whoever does it, and a crash is one. Its
 * argument is the data directory.
 */

const tickMs = 10;
const unexpected: string[] = [];
let longestMs = 0;

/** Processor time, not wall time: the machine may be busy with something else. */
function watchLoop(): void {
  let before = process.threadCpuUsage();
  setInterval(() => {
    const { user, system } = process.threadCpuUsage(before);
    longestMs = Math.max(longestMs, (user + system) / 1_000 - tickMs);
    before = process.threadCpuUsage();
  }, tickMs);
}

function pulse(): Pulse {
  const seen: Pulse = {
    longestMs: Math.max(0, Math.round(longestMs)),
    heapBytes: process.memoryUsage().heapUsed,
    unexpected: unexpected.splice(0),
  };
  longestMs = 0;
  return seen;
}

const tell = (message: ChildMessage) => process.send?.(message);

const textOf = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error));

const server = await startServer({
  dataDir: process.argv[2]!,
  bindAddress: '127.0.0.1',
  securePort: 0,
  // The canaries must not change by themselves.
  controllers: [],
  runNodes: false,
  log: {
    ...silentLog,
    error: (message, fields) => unexpected.push(`${message}: ${textOf(fields?.['error'])}`),
  },
});
watchLoop();
// A turn of its own, so that the time of whatever runs now has been counted.
process.on('message', () => setTimeout(() => tell({ type: 'pulse', pulse: pulse() }), 2 * tickMs));
process.on('disconnect', () => process.exit(0));
tell({ type: 'ready', port: server.port, kubeconfigPath: server.kubeconfigPath });
