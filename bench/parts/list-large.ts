import { podsPath } from '../load/pod.ts';
import { compare, measureJob } from '../measure.ts';
import { bodyOf, getRequest, type Part, seedPods } from './part.ts';

const namespace = 'bench-list-large';
/** Lists per measurement. */
const requests = 3;

/** LIST of many pods in one answer, beside a bare server that sends the same bytes in chunks. */
export const listLarge: Part = {
  name: 'list-large',
  async run(bench) {
    const { listPods } = bench.options;
    const servers = await bench.servers();
    const floor = await bench.httpFloor();
    await seedPods(bench, servers, namespace, 'pod', listPods);
    await floor.give('list', await bodyOf(servers[0]!, podsPath(namespace)));
    const contenders = [...servers, floor].map((server) => ({
      subject: server.name,
      async run() {
        const request = getRequest(server === floor ? '/bodies/list' : podsPath(namespace));
        const { endpoint } = server;
        const sample = await measureJob(bench, server, {
          kind: 'requests',
          endpoint,
          request,
          clients: 1,
          requests,
        });
        return { ...sample, value: sample.p50Ms! };
      },
    }));
    const label = `${listPods.toLocaleString('en-US')} pods`;
    await compare(bench, { part: 'list-large', label, unit: 'ms', baseline: floor.name }, contenders);
  },
};
