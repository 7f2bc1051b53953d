import type { Bench } from '../bench.ts';
import type { WatchJob } from '../load/jobs.ts';
import { podsPath, updatePod } from '../load/pod.ts';
import { compare, measureJob } from '../measure.ts';
import type { Server } from '../subjects/types.ts';
import { bodyOf, type Part, seedPods, serverContenders } from './part.ts';

/** Writes per second of a measurement: so many that a few watchers are busy, so few that a thousand come to an end. */
const writesPerSecond = 150;
const fanOutWritesPerSecond = 50;

/** Events of one stream of writes at as many watchers as there are clients elsewhere. */
export const watch: Part = {
  name: 'watch',
  async run(bench) {
    const { clients: levels, seconds } = bench.options;
    const { subjects, jobFor, floorName } = await prepare(bench, 'bench-watch');
    for (const watchers of levels) {
      const label = watchers === 1 ? '1 watcher, events' : `${watchers} watchers, events`;
      const writes = Math.ceil(writesPerSecond * seconds);
      await compare(bench, { part: 'watch', label, unit: '/s', baseline: floorName }, [
        ...serverContenders(bench, subjects, (server) => jobFor(server, { watchers, writes, paced: false })),
      ]);
    }
    for (const watchers of levels) await lag(bench, subjects, jobFor, watchers);
  },
};

/** How long after a write was sent its event is there, half of the time. */
async function lag(
  bench: Bench,
  subjects: readonly Server[],
  jobFor: (server: Server, size: Size) => WatchJob,
  watchers: number,
): Promise<void> {
  const writes = Math.ceil(fanOutWritesPerSecond * bench.options.seconds);
  const label = `${watchers === 1 ? '1 watcher' : `${watchers} watchers`}, from a write to its event`;
  const run = async (server: Server) => {
    const sample = await measureJob(bench, server, jobFor(server, { watchers, writes, paced: true }));
    return { ...sample, value: sample.p50Ms! };
  };
  await compare(
    bench,
    { part: 'watch-lag', label, unit: 'ms', baseline: subjects.at(-1)!.name },
    subjects.map((server) => ({ subject: server.name, run: () => run(server) })),
  );
}

/** One stream of writes to very many watchers: events per second, and how long one event takes to reach them all. */
export const fanOut: Part = {
  name: 'fan-out',
  async run(bench) {
    const { watchers, seconds } = bench.options;
    const { subjects, jobFor, floorName } = await prepare(bench, 'bench-fan-out');
    const writes = Math.ceil(fanOutWritesPerSecond * seconds);
    const to = `${watchers.toLocaleString('en-US')} watchers`;
    await compare(bench, { part: 'fan-out', label: `${to}, events`, unit: '/s', baseline: floorName }, [
      ...serverContenders(bench, subjects, (server) => jobFor(server, { watchers, writes, paced: false })),
    ]);
    await compare(bench, { part: 'fan-out', label: `one event to ${to}`, unit: 'ms', baseline: floorName }, [
      ...subjects.map((server) => ({
        subject: server.name,
        async run() {
          const sample = await measureJob(bench, server, jobFor(server, { watchers, writes, paced: true }));
          return { ...sample, value: (watchers / sample.value) * 1000 };
        },
      })),
    ]);
  },
};

type Size = Pick<WatchJob, 'watchers' | 'writes' | 'paced'>;

/** Servers with a pod to write to, and a bare server that sends the event of such a write to whoever watches. */
async function prepare(bench: Bench, namespace: string) {
  const servers = await bench.servers();
  const floor = await bench.httpFloor();
  await seedPods(bench, servers, namespace, 'pod', 1);
  const object = await bodyOf(servers[0]!, `${podsPath(namespace)}/pod-0`);
  await floor.give('object', object);
  await floor.give(
    'event',
    Buffer.concat([Buffer.from('{"type":"MODIFIED","object":'), object, Buffer.from('}\n')]),
  );
  const update = updatePod(namespace, 'pod-0');
  const jobFor = ({ endpoint, name }: Server, size: Size): WatchJob => ({
    kind: 'watch',
    endpoint,
    ...size,
    firstNumber: bench.numbers(size.writes),
    ...(name === floor.name
      ? { watchPath: '/watch', write: { ...update, method: 'POST', path: '/write' } }
      : {
          watchPath: `${podsPath(namespace)}?watch=1&resourceVersion={version}`,
          versionPath: `${podsPath(namespace)}?limit=1`,
          write: update,
        }),
  });
  return { subjects: [...servers, floor], jobFor, floorName: floor.name };
}
