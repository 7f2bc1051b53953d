import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { realClock } from '../../src/apimachinery/clock.ts';
import { cryptoRandom } from '../../src/apimachinery/random.ts';
import { type EtcdKvOptions, openEtcdKv } from '../../src/kv/etcd/index.ts';
import type { Kv } from '../../src/kv/types.ts';

/** A real etcd of one member, on ports and in a directory of its own. */
export interface Etcd {
  readonly endpoint: string;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on what it had written. */
  start(): Promise<void>;
  pause(): void;
  resume(): void;
  /** Ends it and takes its directory away. */
  remove(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** `arguments_` are added to etcd's own. */
export async function startEtcd(
  arguments_: readonly string[] = [],
  scheme: 'http' | 'https' = 'http',
): Promise<Etcd> {
  const directory = mkdtempSync(join(tmpdir(), 'etcd-'));
  const client = `${scheme}://127.0.0.1:${await freePort()}`;
  const peer = `http://127.0.0.1:${await freePort()}`;
  let child: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    const started = spawn(
      process.env['ETCD'] ?? 'etcd',
      [
        `--data-dir=${directory}`,
        `--listen-client-urls=${client}`,
        `--advertise-client-urls=${client}`,
        `--listen-peer-urls=${peer}`,
        `--initial-advertise-peer-urls=${peer}`,
        `--initial-cluster=default=${peer}`,
        '--logger=zap',
        ...arguments_,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    child = started;
    let said = '';
    await new Promise<void>((resolve, reject) => {
      started.once('error', reject);
      started.once('exit', (code) => reject(new Error(`etcd ended with ${code}:\n${said}`)));
      started.stderr!.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-20_000);
        if (said.includes('ready to serve client requests')) resolve();
      });
    });
    started.removeAllListeners('exit');
  };

  const kill = async (): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };

  await start();
  return {
    endpoint: client,
    start,
    kill,
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    async remove() {
      await kill();
      rmSync(directory, { recursive: true });
    },
  };
}

export const openKv = (etcd: Etcd, options: Partial<EtcdKvOptions> = {}): Promise<Kv> =>
  openEtcdKv({
    endpoints: [etcd.endpoint],
    root: '',
    prefix: '/registry',
    clock: realClock,
    random: cryptoRandom,
    ...options,
  });
