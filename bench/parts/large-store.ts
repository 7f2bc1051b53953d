import { type Bench, benchNamespace, createNamespace } from '../bench.ts';
import type { RequestTemplate } from '../load/jobs.ts';
import { createPod, podsPath, updatePod } from '../load/pod.ts';
import { compare, measureJob } from '../measure.ts';
import { residentMiB } from '../subjects/process-figures.ts';
import type { Server } from '../subjects/types.ts';
import { addPods, bodyOf, getRequest, type Part, settleMs } from './part.ts';

const clients = 16;
/** Pods in the namespace that is worked on; all others are in another. */
const workedOnPods = 100;
/** Bound of one measurement, so that the small store stays small. */
const maxCreates = 200;

/** The same work on a full and on a nearly empty store: memory, latency, start. */
export const largeStore: Part = {
  name: 'large-store',
  async run(bench) {
    const { objects, fewObjects } = bench.options;
    const [full, few] = [
      `${objects.toLocaleString('en-US')} objects`,
      `${fewObjects.toLocaleString('en-US')} objects`,
    ];
    const kind = bench.kinds[0]!;
    const directory = await bench.emptyDirectory('large-store');
    const large = await kind.start(directory);
    const small = await kind.start(await bench.emptyDirectory('small-store'));
    try {
      await fill(bench, large, objects);
      await fill(bench, small, fewObjects);
      await recordMemory(bench, full, large);
      await compareWithBytes(bench, full, large, small);
      for (const [name, request, requests] of works) {
        await compare(
          bench,
          { part: 'large-store', label: `${name} at ${full}`, unit: 'ms', baseline: few },
          [
            working(bench, large, kind.name, request, requests),
            working(bench, small, few, request, requests),
          ],
        );
      }
    } finally {
      await small.stop();
      await large.stop();
    }
    const again = await kind.start(directory);
    await recordMemory(bench, `${full}, started again`, again);
    await again.stop();
    bench.record({
      part: 'start',
      label: full,
      unit: 'ms',
      figures: { [kind.name]: { value: again.startMs } },
    });
  },
};

/** What the objects of the full store take, above what a server with few of them takes, against their bytes. */
async function compareWithBytes(bench: Bench, label: string, large: Server, small: Server): Promise<void> {
  const { objects, fewObjects } = bench.options;
  const [full, few] = [residentMiB(large.pids), residentMiB(small.pids)];
  if (full === undefined || few === undefined || objects <= fewObjects) return;
  const { length } = await bodyOf(large, `${podsPath(benchNamespace)}/pod-0`);
  const bytes = (length * (objects - fewObjects)) / 1024 ** 2;
  bench.record({
    part: 'memory-per-byte',
    label,
    unit: 'MiB',
    figures: { [large.name]: { value: full - few }, 'their bytes': { value: bytes } },
    baseline: { subject: 'their bytes', ratio: (full - few) / bytes },
  });
}

const works: readonly (readonly [string, RequestTemplate, number | undefined])[] = [
  ['get', getRequest(`${podsPath(benchNamespace)}/pod-{client}`), undefined],
  ['list', getRequest(podsPath(benchNamespace)), undefined],
  ['update', updatePod(benchNamespace, 'pod-{client}'), undefined],
  ['create', createPod('bench-new', 'created-{n}'), maxCreates],
];

async function fill(bench: Bench, server: Server, objects: number): Promise<void> {
  for (const namespace of [benchNamespace, 'bench-new', 'bench-fill'])
    await createNamespace(server, namespace);
  await addPods(bench, server, benchNamespace, 'pod-{n}', workedOnPods, 0);
  const step = 10_000;
  for (let done = workedOnPods; done < objects; done += step) {
    bench.progress.show(`filling a store: ${done} of ${objects}`);
    await addPods(bench, server, 'bench-fill', 'pod-{n}', Math.min(step, objects - done), done);
  }
}

async function recordMemory(bench: Bench, label: string, server: Server): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, settleMs(bench)));
  const value = residentMiB(server.pids);
  if (value !== undefined)
    bench.record({ part: 'memory', label, unit: 'MiB', figures: { [server.name]: { value } } });
}

const working = (
  bench: Bench,
  server: Server,
  subject: string,
  request: RequestTemplate,
  requests: number | undefined,
) => ({
  subject,
  async run() {
    const sample = await measureJob(bench, server, {
      kind: 'requests',
      endpoint: server.endpoint,
      request,
      clients,
      durationMs: bench.options.seconds * 1000,
      ...(requests === undefined ? {} : { requests }),
      firstNumber: bench.numbers(1_000_000),
    });
    return { ...sample, value: sample.p50Ms! };
  },
});
