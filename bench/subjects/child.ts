import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';

export interface Child {
  readonly pid: number;
  /** Rejects when the process ends before `stop` is called. */
  readonly failed: Promise<never>;
  /** For `stallProbe`: the longest time the main thread was busy since the last call, milliseconds of processor time. */
  stallMs(): Promise<number>;
  /** SIGTERM, and SIGKILL for who does not listen. */
  stop(): Promise<void>;
}

const stopPatienceMs = 15_000;
const keptOutputBytes = 4_000;

/** Options for Node that make `stallMs` work. */
export const stallProbe: readonly string[] = ['--import', new URL('./stall-probe.ts', import.meta.url).href];

/** Starts a server. Its output is kept to explain a failure. */
export function startChild(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Child {
  const child: ChildProcess = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env });
  let output = '';
  let stopping = false;
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-keptOutputBytes);
    });
  }
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (!stopping) reject(new Error(`${command} ended with ${code ?? signal}:\n${output}`));
    });
  });
  failed.catch(() => {});
  return {
    pid: child.pid ?? 0,
    failed,
    stallMs: () =>
      new Promise((resolve) => {
        child.once('message', (message: { stallMs: number }) => resolve(message.stallMs));
        child.send('stall');
      }),
    async stop() {
      stopping = true;
      child.kill('SIGTERM');
      const timer = setTimeout(kill, stopPatienceMs);
      await exited;
      process.off('exit', kill);
      clearTimeout(timer);
    },
  };
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
