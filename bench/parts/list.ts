import { podsPath } from '../load/pod.ts';
import { compareLevels } from '../measure.ts';
import { bodyOf, getRequest, type Part, seedPods, serverContenders } from './part.ts';

const namespace = 'bench-list';
const pods = 100;

/** LIST of a namespace of usual size, beside a bare server that sends the same bytes. */
export const list: Part = {
  name: 'list',
  async run(bench) {
    const { seconds } = bench.options;
    const servers = await bench.servers();
    const floor = await bench.httpFloor();
    await seedPods(bench, servers, namespace, 'pod', pods);
    await floor.give('list', await bodyOf(servers[0]!, podsPath(namespace)));
    const heading = { part: 'list', label: `${pods} pods`, unit: '/s', baseline: floor.name } as const;
    await compareLevels(bench, heading, (clients) =>
      serverContenders(bench, [...servers, floor], ({ endpoint, name }) => ({
        kind: 'requests',
        endpoint,
        request: getRequest(name === floor.name ? '/bodies/list' : podsPath(namespace)),
        clients,
        durationMs: seconds * 1000,
      })),
    );
  },
};
