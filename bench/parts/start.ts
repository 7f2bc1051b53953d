import type { Bench } from '../bench.ts';
import { type Contender, compare } from '../measure.ts';
import { residentMiB } from '../subjects/process-figures.ts';
import type { ServerKind } from '../subjects/types.ts';
import { type Part, settleMs } from './part.ts';

/** From the start of the process to a 200 on /readyz, and what it takes when it has nothing to do. */
export const start: Part = {
  name: 'start',
  async run(bench) {
    await compare(bench, { part: 'start', label: 'fresh directory', unit: 'ms' }, [
      ...bench.kinds.map((kind) => starting(kind, () => bench.emptyDirectory('start-fresh'))),
    ]);
    const existing = await Promise.all(bench.kinds.map((kind) => bench.emptyDirectory(`start-${kind.name}`)));
    await compare(bench, { part: 'start', label: 'existing directory', unit: 'ms' }, [
      ...bench.kinds.map((kind, index) => starting(kind, async () => existing[index]!)),
    ]);
    await compare(bench, { part: 'memory', label: 'idle', unit: 'MiB' }, [
      ...bench.kinds.map((kind) => idling(bench, kind)),
    ]);
  },
};

const starting = (kind: ServerKind, directory: () => Promise<string>): Contender => ({
  subject: kind.name,
  async run() {
    const server = await kind.start(await directory());
    await server.stop();
    return { value: server.startMs };
  },
});

const idling = (bench: Bench, kind: ServerKind): Contender => ({
  subject: kind.name,
  async run() {
    const server = await kind.start(await bench.emptyDirectory('start-idle'));
    await new Promise((resolve) => setTimeout(resolve, settleMs(bench)));
    const value = residentMiB(server.pids) ?? Number.NaN;
    await server.stop();
    return { value };
  },
});
