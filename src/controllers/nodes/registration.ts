import type { Log } from '../../apimachinery/log.ts';
import { isAlreadyExists, isForbidden } from '../../client/failure.ts';
import { csiNodes, type Node, nodes } from '../../client/kinds.ts';
import { itself, runLoop } from '../loop.ts';
import type { ControllerTools, Running } from '../types.ts';
import { createHeartbeats } from './heartbeats.ts';
import { csiNodeDraft, isReported, isSimulated, nodeDraft, reportedStatus } from './node-object.ts';
import { createPlaces, placeOf, podCidr } from './node-ranges.ts';
import type { NodeVoices } from './node-users.ts';
import { defaultCapacity, type NodeSettings } from './settings.ts';

/** Nodes registered at the same time. */
const workers = 32;

/**
 * Registers the nodes that are wanted and keeps alive every node that is simulated: its status, its Lease, its CSINode. A node that
 * somebody deletes stays away until the next start, as that of a kubelet does.
 */
export function keepNodes(settings: NodeSettings, voices: NodeVoices, tools: ControllerTools): Running {
  const { informers, upkeep, log } = tools;
  const known = informers.of(nodes);
  const places = createPlaces();
  const heartbeats = createHeartbeats(voices, tools);
  const wanted = new Map(Array.from({ length: settings.count }, (_, i) => [`node-${i + 1}`, i]));
  const complete = new Map<string, string>();
  const explaining = explained(log);
  let placesNoted = false;
  const capacity = { ...defaultCapacity, ...settings.capacity };
  const objectsOf = (name: string) => voices.voiceOf(name).client.of(nodes);

  const register = async (name: string): Promise<void> => {
    const place = places.take(name, wanted.get(name)!);
    wanted.delete(name);
    const { recorder } = voices.voiceOf(name);
    const draft = nodeDraft(name, place, capacity, upkeep.now());
    const node = await objectsOf(name).create('', draft).catch(explaining);
    recorder.event(nodes, node, 'Normal', 'Starting', 'Starting kubelet.');
  };
  const report = async (node: Node, place: number): Promise<void> => {
    const { name } = node.metadata;
    const objects = objectsOf(name);
    if (!node.spec?.podCIDR) {
      const range = podCidr(place);
      await objects.patch('', name, 'merge', { spec: { podCIDR: range, podCIDRs: [range] } });
      return;
    }
    if (isReported(node)) return;
    const status = reportedStatus(node, place, capacity, upkeep.now());
    await objects.updateStatus({ ...node, status });
  };
  const notePlaces = () => {
    placesNoted = true;
    for (const node of known.all()) {
      const place = placeOf(node);
      if (place !== undefined) places.note(node.metadata.name, place);
    }
  };
  const reconcile = async (name: string): Promise<void> => {
    // Nobody is given what another node has from before.
    if (!placesNoted) notePlaces();
    const node = known.get('', name);
    if (node && !isSimulated(node) && wanted.delete(name)) {
      log.warn('a node of this name is there and is not simulated: it is left alone', { node: name });
    }
    if (!node || !isSimulated(node)) {
      heartbeats.end(name);
      complete.delete(name);
      if (wanted.has(name)) return register(name);
      places.free(name);
      voices.forget(name);
      return;
    }
    const place = placeOf(node) ?? places.take(name, wanted.get(name) ?? 0);
    places.note(name, place);
    wanted.delete(name);
    await report(node, place);
    await heartbeats.begin(node);
    if (complete.get(name) === node.metadata.uid) return;
    await ensureCsiNode(node);
    complete.set(name, node.metadata.uid);
  };
  const ensureCsiNode = async (node: Node): Promise<void> => {
    try {
      await voices.voiceOf(node.metadata.name).client.of(csiNodes).create('', csiNodeDraft(node));
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  };
  const loop = runLoop({ name: 'node-registration', sources: [itself(known)], workers, reconcile }, tools);
  for (const name of wanted.keys()) loop.add(name);
  return {
    async stop() {
      heartbeats.stop();
      await loop.stop();
    },
  };
}

/** Tells once what nodes lack that are refused, and passes every error on. */
function explained(log: Log): (error: unknown) => never {
  let told = false;
  return (error) => {
    if (isForbidden(error) && !told) {
      told = true;
      log.warn(
        'simulated nodes are users of the group system:nodes, which have no rights here: name Node in --authorization-mode, bind the ClusterRole system:node to that group, or use --run-nodes=false',
      );
    }
    throw error;
  };
}
