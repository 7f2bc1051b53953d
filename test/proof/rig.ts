import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../src/apimachinery/clock.ts';
import { delay } from '../../src/apimachinery/clock.ts';
import type { Random } from '../../src/apimachinery/random.ts';
import { type Etcd, startEtcd } from '../etcd/start-etcd.ts';
import { makeReplicaDirectories } from '../etcd/start-replicas.ts';
import { type Way, wayTo } from '../etcd/way-to.ts';
import type { Client } from './client.ts';
import type { Recorder } from './history.ts';
import { type ChildOptions, type ServerProcess, serverProcess } from './server-process.ts';

export type StoreName = ChildOptions['store'];

/** What a fault may use and disturb. */
export interface Scene {
  readonly servers: readonly ServerProcess[];
  readonly etcd: Etcd | undefined;
  /** Of each server to etcd. */
  readonly ways: readonly Way[];
  readonly clients: () => readonly Client[];
  /** The newest revision that any client knows. */
  readonly newest: () => number;
  readonly random: Random;
  readonly clock: Clock;
  readonly history: Recorder;
}

/** Something that goes wrong, and is over when its promise resolves. */
export interface Fault {
  readonly name: string;
  run(scene: Scene): Promise<void>;
}

/** Milliseconds that a fault lasts, at least and at most. */
const leastMs = 80;
const mostMs = 700;
/** Revisions that a compaction leaves, at most. */
const mostKept = 60;

const aWhile = ({ random, clock }: Scene): Promise<void> =>
  delay(clock, leastMs + random.int(mostMs - leastMs));

const someServer = ({ servers, random }: Scene): ServerProcess => servers[random.int(servers.length)]!;

const cut: Fault = {
  name: 'the connections of a client are cut',
  async run({ clients, random }) {
    const all = clients();
    all[random.int(all.length)]!.cut();
  },
};

const stall: Fault = {
  name: 'the store does nothing for a while',
  async run(scene) {
    const server = someServer(scene);
    await server.ask({ ask: 'stall' });
    await aWhile(scene);
    await server.ask({ ask: 'go on' });
  },
};

/** Longer than a read of the newest waits for the cache. */
const deafMs = 3_500;

const deafen: Fault = {
  name: 'a server hears nothing of what is written for a while',
  async run(scene) {
    const server = someServer(scene);
    await server.ask({ ask: 'deafen' });
    await delay(scene.clock, deafMs);
    await server.ask({ ask: 'hear' });
  },
};

/** Milliseconds that everything between a server and etcd takes longer, in each direction. */
const slowMs = 60;

const slow: Fault = {
  name: 'the way from a server to etcd is slow',
  async run(scene) {
    const way = scene.ways[scene.random.int(scene.ways.length)]!;
    way.slow(slowMs);
    for (let i = 0; i < 4; i++) await aWhile(scene);
    way.slow(0);
  },
};

const compact: Fault = {
  name: 'history is compacted up to',
  async run(scene) {
    const floor = Math.max(1, scene.newest() - scene.random.int(mostKept));
    // Before it is done: from now on what is older may be refused.
    scene.history.fault(compact.name, floor);
    await someServer(scene).ask({ ask: 'compact', floor });
  },
};

const killServer: Fault = {
  name: 'a server is killed and started again',
  async run(scene) {
    const server = someServer(scene);
    await server.kill();
    await server.start();
  },
};

const pauseServer: Fault = {
  name: 'a server is stopped (SIGSTOP) and goes on',
  async run(scene) {
    const server = someServer(scene);
    server.pause();
    await aWhile(scene);
    await aWhile(scene);
    server.resume();
  },
};

const killEtcd: Fault = {
  name: 'etcd is killed and started again',
  async run({ etcd }) {
    await etcd!.kill();
    await etcd!.start();
  },
};

const pauseEtcd: Fault = {
  name: 'etcd is stopped (SIGSTOP) and goes on',
  async run(scene) {
    scene.etcd!.pause();
    await aWhile(scene);
    scene.etcd!.resume();
  },
};

const faultsOf: Readonly<Record<StoreName, readonly Fault[]>> = {
  memory: [cut, stall, compact],
  sqlite: [cut, stall, compact, killServer, pauseServer],
  etcd: [cut, stall, deafen, slow, compact, killServer, pauseServer, killEtcd, pauseEtcd],
};

const serverCount: Readonly<Record<StoreName, number>> = { memory: 1, sqlite: 1, etcd: 2 };

export interface Rig {
  readonly servers: readonly ServerProcess[];
  readonly etcd: Etcd | undefined;
  readonly ways: readonly Way[];
  readonly faults: readonly Fault[];
  close(): Promise<void>;
}

export async function startRig(store: StoreName, bug: string | undefined): Promise<Rig> {
  const directory = await mkdtemp(join(tmpdir(), 'binnacle-proof-'));
  const directories = await makeReplicaDirectories(directory, serverCount[store]);
  const etcd = store === 'etcd' ? await startEtcd() : undefined;
  const ways = await Promise.all(etcd ? directories.map(() => wayTo(etcd.endpoint)) : []);
  const servers = directories.map((own, at) => {
    const way = ways[at];
    return serverProcess({ store, bug, port: 0, directory: own, etcd: way ? [way.endpoint] : [] });
  });
  const close = async () => {
    await Promise.all(servers.map((server) => server.kill()));
    for (const way of ways) way.close();
    await etcd?.remove();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await Promise.all(servers.map((server) => server.start()));
  } catch (error) {
    await close();
    throw error;
  }
  return { servers, etcd, ways, faults: faultsOf[store], close };
}
