import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type HttpFloor, startHttpFloor } from './floor/http-floor.ts';
import { type SqliteFloor, startSqliteFloor } from './floor/sqlite-floor.ts';
import { openConnection } from './load/connection.ts';
import { type LoadProcess, startLoadProcess } from './load/load-process.ts';
import { fetchBytes } from './load/send.ts';
import type { BenchOptions } from './options.ts';
import type { Progress } from './report/progress.ts';
import type { Row } from './report/rows.ts';
import { binnacle } from './subjects/binnacle.ts';
import { findOnEtcd } from './subjects/on-etcd.ts';
import { findReference } from './subjects/reference.ts';
import type { Server, ServerKind } from './subjects/types.ts';

/** What the parts work with. Servers and floors are started when the first part asks for them. */
export interface Bench {
  readonly options: BenchOptions;
  readonly load: LoadProcess;
  readonly progress: Progress;
  /** Every kind of API server that is measured; ours comes first. */
  readonly kinds: readonly ServerKind[];
  /** One of each kind, with the namespace `bench`. */
  servers(): Promise<readonly Server[]>;
  httpFloor(): Promise<HttpFloor>;
  sqliteFloor(): Promise<SqliteFloor>;
  /** An empty directory of that name; what was there is gone. */
  emptyDirectory(name: string): Promise<string>;
  /** The first of `count` numbers that nobody else gets. */
  numbers(count: number): number;
  record(row: Row): void;
}

export const benchNamespace = 'bench';

export interface RunningBench extends Bench {
  readonly rows: readonly Row[];
  close(): Promise<void>;
}

export function openBench(options: BenchOptions, progress: Progress): RunningBench {
  const { directory, server, against, profile } = options;
  const nodeArgs = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const reference = findReference(process.env);
  const onEtcd = options.stores ? findOnEtcd(process.env, server) : undefined;
  if (typeof onEtcd === 'string') process.stderr.write(`${onEtcd}\n`);
  const kinds = [
    binnacle('binnacle', server, nodeArgs),
    ...(typeof onEtcd === 'object' ? [onEtcd] : []),
    ...(against === undefined ? [] : [binnacle('other', against)]),
    ...(reference ? [reference] : []),
  ];
  const load = startLoadProcess();
  const closers: (() => Promise<void> | void)[] = [() => load.stop()];
  const rows: Row[] = [];
  let nextNumber = 1;

  const emptyDirectory = async (name: string) => {
    const path = join(directory, name);
    await rm(path, { recursive: true, force: true });
    await mkdir(path, { recursive: true });
    return path;
  };
  const startServers = async () => {
    const servers: Server[] = [];
    for (const kind of kinds) {
      const running = await kind.start(await emptyDirectory(kind.name));
      closers.push(running.stop);
      await createNamespace(running, benchNamespace);
      servers.push(running);
    }
    return servers;
  };
  let servers: Promise<readonly Server[]> | undefined;
  let httpFloor: Promise<HttpFloor> | undefined;
  let sqliteFloor: Promise<SqliteFloor> | undefined;
  const bench: Bench = {
    options,
    load,
    progress,
    kinds,
    emptyDirectory,
    servers: () => (servers ??= startServers()),
    httpFloor: () => (httpFloor ??= openHttpFloor()),
    sqliteFloor: () => (sqliteFloor ??= openSqliteFloor()),
    numbers(count) {
      const first = nextNumber;
      nextNumber += count;
      return first;
    },
    record: (row) => rows.push(row),
  };
  const openHttpFloor = async () => {
    const [ours] = await bench.servers();
    const pki = join(directory, kinds[0]!.name, 'pki');
    const database = join(await emptyDirectory('bare-node'), 'store.db');
    const floor = await startHttpFloor(ours!.endpoint, pki, database);
    closers.push(floor.stop);
    return floor;
  };
  const openSqliteFloor = async () => {
    const floor = startSqliteFloor(join(await emptyDirectory('bare-sqlite'), 'store.db'));
    closers.push(floor.stop);
    return floor;
  };
  return {
    ...bench,
    rows,
    async close() {
      for (const close of closers.reverse()) await close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export async function createNamespace({ endpoint }: Server, name: string): Promise<void> {
  const connection = await openConnection(endpoint);
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  await fetchBytes(connection, 'POST', '/api/v1/namespaces', Buffer.from(body));
  connection.close();
}
