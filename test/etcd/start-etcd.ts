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

/** A member of a real etcd cluster, on ports and in a directory of its own. */
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

interface MemberOptions {
  readonly name: string;
  readonly scheme: 'http' | 'https';
  readonly port: number;
  /** Where it listens for the other members. */
  readonly peer: string;
  /** Where the others find it. */
  readonly advertised: string;
  /** `name=advertised`, of all members, with commas. */
  readonly cluster: string;
  readonly more: readonly string[];
}

/** Not started yet. */
function member({ name, scheme, port, peer, advertised, cluster, more }: MemberOptions): Etcd {
  const directory = mkdtempSync(join(tmpdir(), 'etcd-'));
  const endpoint = `${scheme}://127.0.0.1:${port}`;
  const flags = [
    `--name=${name}`,
    `--data-dir=${directory}`,
    `--listen-client-urls=${endpoint}`,
    `--advertise-client-urls=${endpoint}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${advertised}`,
    `--initial-cluster=${cluster}`,
    '--logger=zap',
    ...more,
  ];
  let child: ChildProcess | undefined;

  const kill = async (): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };

  return {
    endpoint,
    async start() {
      const started = spawn(process.env['ETCD'] ?? 'etcd', flags, { stdio: ['ignore', 'ignore', 'pipe'] });
      child = started;
      let said = '';
      await new Promise<void>((resolve, reject) => {
        started.once('error', reject);
        started.once('exit', (code) => reject(new Error(`etcd ended with ${code}:\n${said}`)));
        started.stderr.on('data', (chunk: Buffer) => {
          said = (said + chunk.toString()).slice(-20_000);
          if (said.includes('ready to serve client requests')) resolve();
        });
      });
      started.removeAllListeners('exit');
    },
    kill,
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    async remove() {
      await kill();
      rmSync(directory, { recursive: true });
    },
  };
}

/** `more` are arguments beside etcd's usual ones. */
export async function startEtcd(
  more: readonly string[] = [],
  scheme: 'http' | 'https' = 'http',
): Promise<Etcd> {
  const [port, peerPort] = [await freePort(), await freePort()];
  const peer = `http://127.0.0.1:${peerPort}`;
  const etcd = member({ name: 'one', scheme, port, peer, advertised: peer, cluster: `one=${peer}`, more });
  await etcd.start();
  return etcd;
}

/** A cluster of three members. `wayTo` gives the URL by which the others come to the one that listens at `peer`. */
export async function startCluster(
  wayTo: (peer: string, index: number) => Promise<string> = async (peer) => peer,
): Promise<readonly Etcd[]> {
  const peers: { name: string; port: number; peer: string; advertised: string }[] = [];
  for (const [index, name] of ['one', 'two', 'three'].entries()) {
    const peer = `http://127.0.0.1:${await freePort()}`;
    peers.push({ name, port: await freePort(), peer, advertised: await wayTo(peer, index) });
  }
  const cluster = peers.map(({ name, advertised }) => `${name}=${advertised}`).join(',');
  const members = peers.map((one) => member({ ...one, scheme: 'http', cluster, more: [] }));
  await Promise.all(members.map((one) => one.start()));
  return members;
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
