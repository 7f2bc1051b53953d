import { selectorFromLabelSelector } from '../../apimachinery/label-selector.ts';
import { createEventRecorder } from '../../client/event-recorder.ts';
import {
  controllerRevisions,
  type PersistentVolumeClaim,
  type Pod,
  persistentVolumeClaims,
  pods,
  type StatefulSet,
  statefulSets,
} from '../../client/kinds.ts';
import { keyOf, splitKey } from '../../client/resource.ts';
import { claimed } from '../claim.ts';
import { controllersOf, itself, runLoop, source } from '../loop.ts';
import { byController, byNamespace, controllerOf } from '../owners.ts';
import { createRevisions } from '../revisions.ts';
import type { Controller, ControllerTools, Running } from '../types.ts';
import { claimName, ordinalOf, revisionNameOf } from './identity.ts';
import { createSetPods } from './set-pods.ts';
import { isOutdated, nextAvailableInMs, type SetRevisions, statusOf } from './status.ts';
import { byOrdinal, work } from './sync.ts';

const component = 'statefulset-controller';
const hashLabel = 'controller.kubernetes.io/hash';

/** Keeps the numbered pods of each StatefulSet, and their claims. */
export const statefulSet: Controller = { names: ['statefulset-controller', 'statefulset'], start };

function start(tools: ControllerTools): Running {
  const { informers, clock, log } = tools;
  const client = tools.clientAs('statefulset-controller');
  const sets = client.of(statefulSets);
  const podObjects = client.of(pods);
  const { event } = createEventRecorder({ client, clock, log, component });
  const known = informers.of(statefulSets);
  const knownPods = informers.of(pods);
  const knownClaims = informers.of(persistentVolumeClaims);
  const knownRevisions = informers.of(controllerRevisions);
  const history = createRevisions(client.of(controllerRevisions), knownRevisions);
  const claims = client.of(persistentVolumeClaims);
  const setPods = createSetPods({ pods: podObjects, claims, knownClaims, event });
  const podsOf = knownPods.index(byController);
  const orphansIn = knownPods.index(orphans);
  const setsIn = known.index(byNamespace);

  const reconcile = async (key: string): Promise<number | undefined> => {
    const set = known.get(...splitKey(key));
    // What one that is being deleted had may be gone already, and must not come back.
    if (!set || set.metadata.deletionTimestamp !== undefined) return undefined;
    const { namespace, name, uid } = set.metadata;
    const freshOwner = () => sets.get(namespace, name);
    const selector = selectorFromLabelSelector(set.spec?.selector);
    const namesakes = orphansIn.get(namespace).filter((pod) => ordinalOf(pod, set) !== undefined);
    await claimed([...podsOf.get(uid), ...namesakes], {
      resource: statefulSets,
      owner: set,
      selector,
      freshOwner,
      objects: podObjects,
    });
    const ownPods = () => podsOf.get(uid).filter((pod) => ordinalOf(pod, set) !== undefined);
    const { current, old, collisionCount } = await history.follow({
      resource: statefulSets,
      owner: set,
      selector,
      freshOwner,
      template: set.spec?.template,
      collisionCount: set.status?.collisionCount ?? 0,
      hashLabel,
    });
    const before = old.find(({ metadata }) => metadata.name === set.status?.currentRevision);
    const revisions: SetRevisions = { current: before ?? current, update: current, collisionCount };
    const nowMs = clock.now();
    try {
      await work({ set, revisions, podsNow: () => byOrdinal(set, ownPods()), setPods, nowMs });
    } finally {
      const status = statusOf(set, ownPods(), revisions, nowMs);
      if (isOutdated(set, status)) await sets.updateStatus({ ...set, status });
    }
    const live = new Set([revisions.current.metadata.name, ...ownPods().map(revisionNameOf)]);
    const dead = old.filter(({ metadata }) => !live.has(metadata.name));
    await history.truncate(dead, set.spec?.revisionHistoryLimit ?? 10);
    return nextAvailableInMs(set, ownPods(), nowMs);
  };

  const sources = [
    itself(known),
    controllersOf(knownPods, 'StatefulSet'),
    controllersOf(knownRevisions, 'StatefulSet'),
    // An orphan is for whoever selects it.
    source(knownPods, (pod) =>
      pod === undefined || controllerOf(pod) ? [] : adopters(pod, setsIn.get(pod.metadata.namespace)),
    ),
    // A pod may wait for claims of the one before it to go.
    source(knownClaims, (claim, before) =>
      claim ? [] : claimants(before!, setsIn.get(before!.metadata.namespace)),
    ),
  ];
  return runLoop({ name: 'statefulset', sources, reconcile }, tools);
}

/** For an index: pods without a controller, by namespace. */
const orphans = (pod: Pod): readonly string[] => (controllerOf(pod) ? [] : [pod.metadata.namespace]);

const adopters = (pod: Pod, sets: readonly StatefulSet[]): readonly string[] =>
  sets
    .filter(
      (set) =>
        ordinalOf(pod, set) !== undefined &&
        selectorFromLabelSelector(set.spec?.selector).matches(pod.metadata.labels ?? {}),
    )
    .map(keyOf);

/** Sets that give this name to a claim. */
function claimants({ metadata }: PersistentVolumeClaim, sets: readonly StatefulSet[]): readonly string[] {
  const ordinal = Number(/-(\d{1,10})$/.exec(metadata.name)?.[1] ?? Number.NaN);
  const gives = (set: StatefulSet) =>
    set.spec?.volumeClaimTemplates?.some((template) => claimName(set, template, ordinal) === metadata.name);
  return sets.filter(gives).map(keyOf);
}
