import { podsPath } from '../load/pod.ts';
import { compareLevels } from '../measure.ts';
import { bodyOf, getRequest, type Part, seedPods, serverContenders } from './part.ts';

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
    await compareLevels(bench, { part: 'get', label: '', unit: '/s', baseline: floor.name }, (clients) =>
      serverContenders(bench, [...servers, floor], ({ endpoint, name }) => ({
        kind: 'requests',
        endpoint,
        request: getRequest(name === floor.name ? '/bodies/object' : `${podsPath(namespace)}/pod-{client}`),
        clients,
        durationMs: seconds * 1000,
      })),
    );
  },
};
