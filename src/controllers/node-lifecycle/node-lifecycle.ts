import { createEventRecorder } from '../../client/event-recorder.ts';
import { leases, type Node, nodes, pods } from '../../client/kinds.ts';
import { itself, runLoop, source } from '../loop.ts';
import type { Controller, ControllerTools, Running } from '../types.ts';
import { createMarks } from './marks.ts';
import { createPulse } from './pulse.ts';
import { conditionOf, isDown, withoutNews } from './states.ts';

const account = 'node-controller';

/** Tells which nodes are no longer heard of, and taints nodes by their conditions. */
export const nodeLifecycle: Controller = {
  names: ['node-lifecycle-controller', 'nodelifecycle'],
  start: runNodeLifecycle,
};

function runNodeLifecycle(tools: ControllerTools): Running {
  const { informers, clock, upkeep, log } = tools;
  const client = tools.clientAs(account);
  const objects = client.of(nodes);
  const { event } = createEventRecorder({ client, clock, log, component: account });
  const known = informers.of(nodes);
  const knownLeases = informers.of(leases);
  const marks = createMarks(client, tools, event);
  const pulse = createPulse({
    clock: upkeep,
    nodes: known,
    leases: knownLeases,
    onSilence: (name) => loop.add(name),
  });
  const introduced = new Set<string>();
  /** How many nodes do not work; when none does, it is rather the cluster that is cut off, and nobody is evicted. */
  let down = 0;
  const allDown = () => known.size > 0 && down === known.size;

  const reconcile = async (name: string): Promise<void> => {
    const node = known.get('', name);
    if (!node) {
      pulse.forget(name);
      return;
    }
    introduce(node);
    const silent = pulse.isSilent(name) ? withoutNews(node, clock.now()) : node;
    if (silent !== node) {
      const written = await objects.updateStatus(silent);
      if (!isDown(node) && conditionOf(node, 'Ready')) {
        event(nodes, written, 'Normal', 'NodeNotReady', `Node ${name} status is now: NodeNotReady`);
      }
      // The change brings the node back here.
      return;
    }
    await marks.taint(node, !allDown());
    await marks.label(node);
    if (isDown(node)) await marks.markPods(name);
  };
  const introduce = (node: Node) => {
    const { uid, name } = node.metadata;
    if (introduced.has(uid)) return;
    introduced.add(uid);
    const message = `Node ${name} event: Registered Node ${name} in Controller`;
    event(nodes, node, 'Normal', 'RegisteredNode', message);
  };
  const loop = runLoop(
    {
      name: 'nodelifecycle',
      workers: 8,
      needs: [informers.of(pods) as never],
      sources: [
        itself(known),
        source(known, (after, before) => {
          const was = allDown();
          down +=
            Number(after !== undefined && isDown(after)) - Number(before !== undefined && isDown(before));
          if (after) pulse.hear(after);
          // A node of the same name may have taken its place.
          if (before && before.metadata.uid !== after?.metadata.uid) leave(before);
          return was === allDown() ? [] : [...known.all()].map(({ metadata }) => metadata.name);
        }),
      ],
      reconcile,
    },
    tools,
  );
  const leave = ({ metadata }: Node) => {
    introduced.delete(metadata.uid);
    const message = `Node ${metadata.name} event: Removing Node ${metadata.name} from Controller`;
    event(nodes, { metadata }, 'Normal', 'RemovingNode', message);
  };
  return {
    async stop() {
      pulse.stop();
      await loop.stop();
    },
  };
}
