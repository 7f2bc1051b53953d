import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../../bin/binnacle.js', import.meta.url));

export interface Binnacle {
  readonly process: ChildProcess;
  /** Everything written so far. */
  out(): string;
  err(): string;
  /** The exit code. */
  readonly exited: Promise<number | null>;
  /** Resolves when the server has said that it is ready; rejects when it ended before. */
  ready(): Promise<void>;
}

/** Runs the command as a user would. Killed when the test ends. */
export function runBinnacle(t: TestContext, ...argv: string[]): Binnacle {
  const child = spawn(process.execPath, [command, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  const exited = once(child, 'close').then(([code]) => code as number | null);
  return {
    process: child,
    out: () => out,
    err: () => err,
    exited,
    async ready() {
      const over = exited.then((code) => {
        throw new Error(`ended with ${code}: ${err}`);
      });
      over.catch(() => {});
      while (!/ready after/.test(out)) await Promise.race([once(child.stdout, 'data'), over]);
    },
  };
}

export async function temporaryDirectory(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'binnacle-cli-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** A port somebody else listens on while the test runs. */
export async function busyPort(t: TestContext): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('no address');
  return address.port;
}
