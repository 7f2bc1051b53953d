import { createNamespace } from '../bench.ts';
import { podsPath } from '../load/pod.ts';
import { compare, measure, measureJob } from '../measure.ts';
import { addPods, type Part } from './part.ts';

const namespace = 'bench-delete';
/** What SQLite writes for a delete, and how many it has to do at once in the server. */
const tombstoneBytes = 16;
const concurrency = 128;

/** DELETE of a collection of many pods, beside as many small durable writes. */
export const deleteCollection: Part = {
  name: 'deletecollection',
  async run(bench) {
    const { deletePods } = bench.options;
    const servers = await bench.servers();
    const floor = await bench.sqliteFloor();
    for (const server of servers) await createNamespace(server, namespace);
    const label = `${deletePods.toLocaleString('en-US')} pods`;
    await compare(bench, { part: 'deletecollection', label, unit: 'ms', baseline: floor.name }, [
      ...servers.map((server) => ({
        subject: server.name,
        async run() {
          await addPods(bench, server, namespace, 'pod-{n}', deletePods, 0);
          const request = { method: 'DELETE', path: podsPath(namespace) };
          const { endpoint } = server;
          const job = { kind: 'requests', endpoint, request, clients: 1, requests: 1 } as const;
          const sample = await measureJob(bench, server, job);
          return {
            ...sample,
            value: sample.p50Ms!,
            cpuMicros: sample.cpuMicros && sample.cpuMicros / deletePods,
          };
        },
      })),
      {
        subject: floor.name,
        async run() {
          const job = { clients: concurrency, requests: deletePods, valueBytes: tombstoneBytes };
          const sample = await measure(floor.pids, () => floor.run(job));
          return { ...sample, value: (deletePods / sample.value) * 1000 };
        },
      },
    ]);
  },
};
