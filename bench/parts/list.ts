import { podsPath } from '../load/pod.ts';
import { compare } from '../measure.ts';
import { bodyOf, clientsLabel, getRequest, type Part, seedPods, serverContenders } from './part.ts';

const namespace = 'bench-list';
const pods = 100;

/** LIST of a namespace of usual size, beside a bare server that sends the same bytes. */
export const list: Part = {
  name: 'list',
  async run(bench) {
    const { clients: levels, seconds } = bench.options;
    const servers = await bench.servers();
    const floor = await bench.httpFloor();
    await seedPods(bench, servers, namespace, 'pod', pods);
    await floor.give('list', await bodyOf(servers[0]!, podsPath(namespace)));
    for (const clients of levels) {
      const label = `${pods} pods, ${clientsLabel(clients)}`;
      await compare(bench, { part: 'list', label, unit: '/s', baseline: floor.name }, [
        ...serverContenders(bench, [...servers, floor], ({ endpoint, name }) => ({
          kind: 'requests',
          endpoint,
          request: getRequest(name === floor.name ? '/bodies/list' : podsPath(namespace)),
          clients,
          durationMs: seconds * 1000,
        })),
      ]);
    }
  },
};
