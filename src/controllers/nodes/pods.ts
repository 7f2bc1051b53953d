import { type Node, namespaces, nodes, type Pod, pods } from '../../client/kinds.ts';
import { type AnyStored, keyFor, keyOf, splitKey } from '../../client/resource.ts';
import { itself, runLoop, source } from '../loop.ts';
import { isFinished, isTerminating } from '../pod-state.ts';
import type { ControllerTools, Running } from '../types.ts';
import { advance } from './advance.ts';
import { createNeeds } from './needs.ts';
import { nodeLink } from './node-link.ts';
import { isSimulated } from './node-object.ts';
import type { NodeVoices } from './node-users.ts';
import type { Plans } from './plans.ts';
import { createPodAddresses } from './pod-addresses.ts';
import { createPodKeeper } from './pod-keeper.ts';
import type { PodRun } from './pod-run.ts';
import { podStatus } from './pod-status.ts';
import { createPodWrites } from './pod-writes.ts';
import { hostIPs, preparation } from './preparation.ts';
import { createResizes } from './resize.ts';

/** Pods looked at in the same moment. */
const workers = 64;

export interface RunningPods extends Running {
  /** What the node of this pod knows of it: its containers and their instances. Undefined for pods that none runs. */
  runOf(namespace: string, name: string): PodRun | undefined;
}

/** For an index: pods by the node that they are bound to. */
const byNode = ({ spec }: Pod): readonly string[] => (spec?.nodeName ? [spec.nodeName] : []);

/** Runs the pods that are bound to simulated nodes: computes what becomes of them and says so in their status, as their node. */
export function runPods(plans: Plans, voices: NodeVoices, tools: ControllerTools): RunningPods {
  const { informers, clock } = tools;
  const known = informers.of(pods);
  const knownNodes = informers.of(nodes);
  const knownNamespaces = informers.of<AnyStored>(namespaces);
  const onNode = known.index(byNode);
  const writes = createPodWrites(voices);
  const again = (key: string) => loop.add(key);
  const needs = createNeeds(informers, again);
  const common = { plans, voices, needs, onNode, addresses: createPodAddresses() };
  const keeper = createPodKeeper({ ...tools, ...common, writes, again });
  const isPrepared = preparation(common);
  const resizes = createResizes({ neighbours: keeper.neighbours, again });
  const free = (run: PodRun) => {
    keeper.free(run);
    resizes.freed(run.nodeUid);
  };

  const reconcile = async (key: string): Promise<number | undefined> => {
    const pod = known.get(...splitKey(key));
    const before = keeper.get(key);
    if (before && before.uid !== pod?.metadata.uid) {
      keeper.forget(key, before);
      free(before);
    }
    const node = pod?.spec?.nodeName ? knownNodes.get('', pod.spec.nodeName) : undefined;
    if (!pod || !node || !isUsable(node)) return undefined;
    const running = keeper.get(key);
    if (isFinished(pod) && !(running && isAlive(running))) {
      if (running) free(running);
      if (isTerminating(pod)) await writes.remove(pod, node);
      return undefined;
    }
    const run = running ?? (await keeper.admit(key, pod, node));
    return run && work(key, run, pod, node);
  };
  const work = async (key: string, run: PodRun, pod: Pod, node: Node): Promise<number | undefined> => {
    // Somebody else has declared it dead.
    if (isFinished(pod)) run.failing ??= { reason: pod.status?.reason ?? '' };
    const ends = isTerminating(pod) || run.failing !== undefined;
    const goes = ends || isPrepared(key, run, pod, node);
    const world = keeper.worldOf(key, pod, node);
    const resizing = ends ? [] : resizes.resize(key, run, pod, node, world);
    const nextMs = goes ? advance(run, pod, world) : undefined;
    const status = podStatus(run, pod, { hostIPs: hostIPs(node) }, resizing, clock.now());
    const written = await writes.status(pod, node, status);
    if (written && run.finished && isTerminating(written)) await writes.remove(written, node);
    return nextMs === undefined ? undefined : Math.max(nextMs - clock.now(), 0);
  };

  const sources = [
    itself(known),
    source(knownNodes, (after, before) =>
      becomesUsable(after, before) ? onNode.get(after!.metadata.name).map(keyOf) : [],
    ),
  ];
  const loop = runLoop(
    { name: 'pod-lifecycle', sources, needs: [knownNamespaces], workers, reconcile },
    tools,
  );
  const withdraw = tools.nodeLinks?.offer(nodeLink({ known, knownNodes, keeper, ...tools }));
  return {
    runOf: (namespace, name) => keeper.get(keyFor(namespace, name)),
    async stop() {
      withdraw?.();
      await loop.stop();
      keeper.stop();
    },
  };
}

const isAlive = (run: PodRun): boolean =>
  [...run.containers.values()].some(({ current }) => current && !current.ended);

const isUsable = (node: Node | undefined): boolean =>
  node !== undefined && isSimulated(node) && node.spec?.podCIDR !== undefined;

const becomesUsable = (after: Node | undefined, before: Node | undefined): boolean =>
  isUsable(after) && (!isUsable(before) || before!.metadata.uid !== after!.metadata.uid);
