import { selectorFromLabelSelector } from '../../apimachinery/label-selector.ts';
import { jsonEqual } from '../../apimachinery/object.ts';
import { createEventRecorder, type EventRecorder } from '../../client/event-recorder.ts';
import {
  controllerRevisions,
  type DaemonSet,
  daemonSets,
  type Node,
  nodes,
  type Pod,
  pods,
} from '../../client/kinds.ts';
import { keyOf, splitKey } from '../../client/resource.ts';
import { claimed } from '../claim.ts';
import { controllersOf, itself, runLoop, source } from '../loop.ts';
import { byController, byNamespace, controllerOf } from '../owners.ts';
import { createPodControl, type PodControl } from '../pod-control.ts';
import { createRevisions, podRevisionLabel } from '../revisions.ts';
import { slowStart } from '../slow-start.ts';
import type { Controller, ControllerTools, Running } from '../types.ts';
import { type BackOff, createBackOff } from './back-off.ts';
import { type NodePods, podFor, podsByNode } from './node-pods.ts';
import { type Placement, placementOn } from './placement.ts';
import { nextUpdate, type UpdateStep } from './rolling-update.ts';
import { isOutdated, nextAvailableInMs, statusOf } from './status.ts';

/** Pods made or deleted in one go. */
const burst = 250;

/** Keeps a pod of each DaemonSet on every node where it belongs. */
export const daemonSet: Controller = { names: ['daemonset-controller', 'daemonset'], start };

function start(tools: ControllerTools): Running {
  const { informers, clock, log } = tools;
  const client = tools.clientAs('daemon-set-controller');
  const sets = client.of(daemonSets);
  const podObjects = client.of(pods);
  const recorder = createEventRecorder({ client, clock, log, component: 'daemonset-controller' });
  const control = createPodControl(podObjects, recorder);
  const backOff = createBackOff(clock);
  const known = informers.of(daemonSets);
  const knownNodes = informers.of(nodes);
  const knownPods = informers.of(pods);
  const knownRevisions = informers.of(controllerRevisions);
  const history = createRevisions(client.of(controllerRevisions), knownRevisions);
  const podsOf = knownPods.index(byController);
  const orphansIn = knownPods.index(orphans);
  const setsIn = known.index(byNamespace);

  const reconcile = async (key: string): Promise<number | undefined> => {
    const set = known.get(...splitKey(key));
    // What one that is being deleted had may be gone already, and must not come back.
    if (!set || set.metadata.deletionTimestamp !== undefined) return undefined;
    const { namespace, name, uid } = set.metadata;
    const owner = {
      resource: daemonSets,
      owner: set,
      selector: selectorFromLabelSelector(set.spec?.selector),
      freshOwner: () => sets.get(namespace, name),
    };
    const candidates = [...podsOf.get(uid), ...orphansIn.get(namespace)];
    const ownPods = await claimed(candidates, { ...owner, objects: podObjects });
    const { current, old, collisionCount } = await history.follow({
      ...owner,
      template: set.spec?.template,
      collisionCount: set.status?.collisionCount ?? 0,
      hashLabel: podRevisionLabel,
    });
    const hash = current.metadata.labels?.[podRevisionLabel] ?? current.metadata.name;
    const { present, stray } = podsByNode(set, knownNodes.all(), ownPods);
    let againMs: number | undefined;
    let isChanged = true;
    try {
      const placement = place(set, present, hash, { backOff, event: recorder.event, nowMs: clock.now() });
      againMs = placement.againMs;
      // A pod that never got to its node is for nobody else to delete.
      const lost = stray.filter(({ spec }) => !spec?.nodeName);
      const step = { create: placement.create, delete: [...placement.delete, ...lost] };
      const isPlaced = step.create.length + step.delete.length === 0;
      const next = isPlaced ? nextUpdate(set, present, hash, clock.now()) : step;
      isChanged = next.create.length + next.delete.length > 0;
      await carryOut(set, next, hash, control);
    } finally {
      const now = isChanged ? podsByNode(set, knownNodes.all(), podsOf.get(uid)).present : present;
      const counts = statusOf(set, now, hash, clock.now());
      const status = collisionCount > 0 ? { ...counts, collisionCount } : counts;
      if (isOutdated(set, status)) await sets.updateStatus({ ...set, status });
    }
    const live = new Set(podsOf.get(uid).map(({ metadata }) => metadata.labels?.[podRevisionLabel]));
    const dead = old.filter(({ metadata }) => !live.has(metadata.labels?.[podRevisionLabel] ?? ''));
    const kept = old.length - dead.length;
    await history.truncate(dead, Math.max(0, (set.spec?.revisionHistoryLimit ?? 10) - kept));
    return earlier(againMs, nextAvailableInMs(set, present, clock.now()));
  };

  const sources = [
    itself(known),
    controllersOf(knownPods, 'DaemonSet'),
    controllersOf(knownRevisions, 'DaemonSet'),
    // An orphan is for whoever selects it.
    source(knownPods, (pod) =>
      pod === undefined || controllerOf(pod) ? [] : adopters(pod, setsIn.get(pod.metadata.namespace)),
    ),
    source(knownNodes, (node, before) => (isSamePlace(node, before) ? [] : Array.from(known.all(), keyOf))),
  ];
  return runLoop({ name: 'daemonset', sources, reconcile, workers: 2 }, tools);
}

/** For an index: pods without a controller, by namespace. */
const orphans = (pod: Pod): readonly string[] => (controllerOf(pod) ? [] : [pod.metadata.namespace]);

const adopters = ({ metadata }: Pod, sets: readonly DaemonSet[]): readonly string[] =>
  sets
    .filter(({ spec }) => selectorFromLabelSelector(spec?.selector).matches(metadata.labels ?? {}))
    .map(keyOf);

/** A node that is still as good or bad a place as before. */
const isSamePlace = (node: Node | undefined, before: Node | undefined): boolean =>
  node !== undefined &&
  before !== undefined &&
  jsonEqual(node.metadata.labels ?? {}, before.metadata.labels ?? {}) &&
  jsonEqual(node.spec?.taints ?? [], before.spec?.taints ?? []);

const earlier = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);

/** What all nodes lack and have too many, and when to look again at pods that fail too often. */
function place(
  set: DaemonSet,
  present: readonly NodePods[],
  hash: string,
  tools: { readonly backOff: BackOff; readonly event: EventRecorder['event']; readonly nowMs: number },
): UpdateStep & { readonly againMs: number | undefined } {
  const create: string[] = [];
  const doomed: Pod[] = [];
  let againMs: number | undefined;
  for (const on of present) {
    const placement = placementOn(set, on, hash, tools.nowMs);
    if (placement.create) create.push(on.node);
    const { cleared, waitMs } = clear(set, on.node, placement, tools);
    againMs = earlier(againMs, waitMs);
    doomed.push(...cleared, ...placement.delete);
  }
  return { create, delete: doomed, againMs };
}

/** Which of the pods that have ended are deleted now, so that others take their place, and how long the others wait. */
function clear(
  set: DaemonSet,
  node: string,
  { ended }: Placement,
  { backOff, event }: { readonly backOff: BackOff; readonly event: EventRecorder['event'] },
): { readonly cleared: readonly Pod[]; readonly waitMs: number | undefined } {
  const cleared: Pod[] = [];
  let waitMs: number | undefined;
  for (const pod of ended) {
    const what = `daemon pod ${pod.metadata.namespace}/${pod.metadata.name} on node ${node}`;
    if (pod.status?.phase === 'Succeeded') {
      const message = `Found succeeded ${what}, will try to delete it`;
      event(daemonSets, set, 'Normal', 'SucceededDaemonPod', message);
      cleared.push(pod);
      continue;
    }
    // What a node refuses over and over is not made over and over at once.
    const key = `${set.metadata.uid}/${set.status?.observedGeneration ?? 0}/${node}`;
    const leftMs = backOff.leftMs(key);
    if (leftMs > 0) {
      waitMs = earlier(waitMs, leftMs);
      continue;
    }
    backOff.tried(key);
    event(daemonSets, set, 'Warning', 'FailedDaemonPod', `Found failed ${what}, will try to kill it`);
    cleared.push(pod);
  }
  return { cleared, waitMs };
}

async function carryOut(set: DaemonSet, step: UpdateStep, hash: string, control: PodControl): Promise<void> {
  const wanted = step.create.slice(0, burst);
  let next = 0;
  await slowStart(wanted.length, () => control.create(daemonSets, set, podFor(set, wanted[next++]!, hash)));
  const results = await Promise.allSettled(
    step.delete.slice(0, burst).map((pod) => control.delete(daemonSets, set, pod)),
  );
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
