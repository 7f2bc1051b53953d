import { type Bench, benchNamespace } from '../bench.ts';
import type { RequestTemplate } from '../load/jobs.ts';
import { createPod, mergePatchPod, podsPath, updatePod } from '../load/pod.ts';
import { compareLevels, measure } from '../measure.ts';
import type { Server } from '../subjects/types.ts';
import { addPods, bodyOf, type Part, seedPods, serverContenders } from './part.ts';

/** Bounds of one measurement, so that stores do not grow without end during a run. */
const maxWrites = 3_000;
const maxFloorWrites = 10_000;

/**
 * POST of pods, beside SQLite writing the same bytes durably, and beside a bare server that reads them as JSON, writes them as JSON and
 * stores them in such a file.
 */
export const create: Part = {
  name: 'create',
  async run(bench) {
    const servers = await bench.servers();
    for (const server of servers) await addPods(bench, server, benchNamespace, 'sample', 1, 0);
    const sample = await bodyOf(servers[0]!, `${podsPath(benchNamespace)}/sample`);
    const floor = await bench.httpFloor();
    const bare = { ...floor, name: `${floor.name} on SQLite` };
    const request = createPod(benchNamespace, 'created-{n}');
    await writes(bench, 'create', [...servers, bare], sample.length, (server) =>
      server === bare ? { ...request, path: '/create' } : request,
    );
  },
};

/** PUT of pods; every client has a pod of its own. */
export const update: Part = {
  name: 'update',
  run: (bench) => overwrite(bench, 'update', 'bench-update', updatePod),
};

/** PATCH of pods with a merge patch; every client has a pod of its own. */
export const patch: Part = {
  name: 'patch',
  run: (bench) => overwrite(bench, 'patch', 'bench-patch', mergePatchPod),
};

async function overwrite(
  bench: Bench,
  part: string,
  namespace: string,
  request: (namespace: string, name: string) => RequestTemplate,
): Promise<void> {
  const servers = await bench.servers();
  await seedPods(bench, servers, namespace, 'pod', Math.max(...bench.options.clients));
  const sample = await bodyOf(servers[0]!, `${podsPath(namespace)}/pod-0`);
  const overwriting = request(namespace, 'pod-{client}');
  await writes(bench, part, servers, sample.length, () => overwriting);
}

async function writes(
  bench: Bench,
  part: string,
  servers: readonly Server[],
  valueBytes: number,
  requestTo: (server: Server) => RequestTemplate,
): Promise<void> {
  const floor = await bench.sqliteFloor();
  const durationMs = bench.options.seconds * 1000;
  await compareLevels(bench, { part, label: '', unit: '/s', baseline: floor.name }, (clients) => [
    ...serverContenders(bench, servers, (server) => ({
      kind: 'requests',
      endpoint: server.endpoint,
      request: requestTo(server),
      clients,
      durationMs,
      requests: maxWrites,
      firstNumber: bench.numbers(maxWrites),
    })),
    {
      subject: floor.name,
      run: () =>
        measure(floor.pids, () => floor.run({ clients, valueBytes, durationMs, requests: maxFloorWrites })),
    },
  ]);
}
