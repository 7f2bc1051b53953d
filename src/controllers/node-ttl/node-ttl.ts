import { unlessNotFound } from '../../client/failure.ts';
import { nodes } from '../../client/kinds.ts';
import { itself, runLoop, source } from '../loop.ts';
import type { Controller } from '../types.ts';

const annotation = 'node.alpha.kubernetes.io/ttl';

/** Seconds for clusters of up to `most` nodes, once there have been more than in the row before and until there are fewer than `least`. */
const steps = [
  { least: 0, most: 100, seconds: 0 },
  { least: 90, most: 500, seconds: 15 },
  { least: 450, most: 1_000, seconds: 30 },
  { least: 900, most: 2_000, seconds: 60 },
  { least: 1_800, most: Number.POSITIVE_INFINITY, seconds: 300 },
] as const;

/** Tells nodes how long they may keep what they have read of Secrets and ConfigMaps: longer in larger clusters. */
export const nodeTtl: Controller = {
  names: ['ttl-controller', 'ttl'],
  start(tools) {
    const client = tools.clientAs('ttl-controller').of(nodes);
    const known = tools.informers.of(nodes);
    let step = 0;
    const count = () => {
      while (known.size > steps[step]!.most) step++;
      while (known.size < steps[step]!.least) step--;
    };
    const reconcile = async (name: string): Promise<void> => {
      const node = known.get('', name);
      const seconds = String(steps[step]!.seconds);
      if (!node || node.metadata.annotations?.[annotation] === seconds) return;
      const metadata = { annotations: { [annotation]: seconds } };
      await unlessNotFound(client.patch('', name, 'merge', { metadata }));
    };
    const counting = source(known, () => {
      count();
      return [];
    });
    return runLoop({ name: 'ttl', sources: [counting, itself(known)], reconcile }, tools);
  },
};
