import { type Bench, createNamespace } from '../bench.ts';
import { type Connection, openConnection } from '../load/connection.ts';
import { podsPath, updatePod } from '../load/pod.ts';
import { compare, measureJob } from '../measure.ts';
import type { Server } from '../subjects/types.ts';
import { addPods, type Part } from './part.ts';

const namespace = 'bench-selective';
const clients = 16;
/** Few enough for servers that allow a hundred streams on a connection. */
const watchesPerConnection = 64;

/** What a watch may ask for that nothing which is written has. */
const kinds: readonly (readonly [string, (n: number) => string])[] = [
  ['one namespace', (n) => `${podsPath(`elsewhere-${n}`)}?watch=1`],
  ['one name', (n) => `/api/v1/pods?watch=1&fieldSelector=metadata.name%3Delsewhere-${n}`],
  ['one label', (n) => `/api/v1/pods?watch=1&labelSelector=app%3Delsewhere-${n}`],
  ['one node', (n) => `/api/v1/pods?watch=1&fieldSelector=spec.nodeName%3Delsewhere-${n}`],
];

/** Updates while very many watches look at something else, against a server that has none. */
export const selective: Part = {
  name: 'selective',
  async run(bench) {
    const [kind] = bench.kinds;
    const servers: Server[] = [];
    const prepared = async (name: string) => {
      const server = await kind!.start(await bench.emptyDirectory(name));
      servers.push(server);
      await createNamespace(server, namespace);
      await addPods(bench, server, namespace, 'pod-{n}', clients, 0);
      return server;
    };
    try {
      const watched = await prepared('watched');
      const quiet = await prepared('quiet');
      for (const [what, pathOf] of kinds) {
        bench.progress.show(`selective: opening watches of ${what}`);
        const connections = await openWatches(watched, bench.options.selectiveWatchers, pathOf);
        const label = `CPU of an update, ${bench.options.selectiveWatchers.toLocaleString('en-US')} watches of ${what} elsewhere`;
        await compare(bench, { part: 'selective', label, unit: 'ms', baseline: 'no watches' }, [
          updating(bench, watched, kind!.name),
          updating(bench, quiet, 'no watches'),
        ]);
        for (const connection of connections) connection.close();
      }
    } finally {
      for (const server of servers) await server.stop();
    }
  },
};

const updating = (bench: Bench, server: Server, subject: string) => ({
  subject,
  async run() {
    const sample = await measureJob(bench, server, {
      kind: 'requests',
      endpoint: server.endpoint,
      request: updatePod(namespace, 'pod-{client}'),
      clients,
      durationMs: bench.options.seconds * 1000,
      firstNumber: bench.numbers(1_000_000),
    });
    // What it costs, where that can be told: latency is also that of the load generator and of the disk.
    return { ...sample, value: sample.cpuMicros ? sample.cpuMicros / 1000 : sample.p50Ms! };
  },
});

async function openWatches(
  { endpoint }: Server,
  count: number,
  pathOf: (n: number) => string,
): Promise<Connection[]> {
  const connections: Connection[] = [];
  for (let first = 0; first < count; first += watchesPerConnection) {
    const connection = await openConnection(endpoint);
    connections.push(connection);
    const here = Math.min(watchesPerConnection, count - first);
    await Promise.all(
      Array.from({ length: here }, (_, index) => openWatch(connection, pathOf(first + index))),
    );
  }
  return connections;
}

/** Resolves when the server has answered that the watch is open. */
const openWatch = (connection: Connection, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    connection.request('GET', path, undefined, '', {
      status: (status) => (status === 200 ? resolve() : reject(new Error(`watch answered ${status}`))),
      data: () => {},
      end: (error) => reject(new Error(error ?? 'a watch has ended')),
    });
  });
