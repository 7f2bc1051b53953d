import { podsPath } from '../load/pod.ts';
import { compare } from '../measure.ts';
import { bodyOf, clientsLabel, getRequest, type Part, seedPods, serverContenders } from './part.ts';

const namespace = 'bench-get';

/** GET of single pods, beside a bare server that sends the same bytes. */
export const get: Part = {
  name: 'get',
  async run(bench) {
    const { clients: levels, seconds } = bench.options;
    const servers = await bench.servers();
    const floor = await bench.httpFloor();
    await seedPods(bench, servers, namespace, 'pod', Math.max(...levels));
    await floor.give('object', await bodyOf(servers[0]!, `${podsPath(namespace)}/pod-0`));
    const durationMs = seconds * 1000;
    for (const clients of levels) {
      await compare(bench, { part: 'get', label: clientsLabel(clients), unit: '/s', baseline: floor.name }, [
        ...serverContenders(bench, [...servers, floor], ({ endpoint, name }) => ({
          kind: 'requests',
          endpoint,
          request: getRequest(name === floor.name ? '/bodies/object' : `${podsPath(namespace)}/pod-{client}`),
          clients,
          durationMs,
        })),
      ]);
    }
  },
};
