import { selectorFromLabelSelector } from '../../apimachinery/label-selector.ts';
import { jsonEqual } from '../../apimachinery/object.ts';
import { createEventRecorder } from '../../client/event-recorder.ts';
import type { Informer } from '../../client/informer.ts';
import {
  type Deployment,
  deployments,
  type Pod,
  pods,
  type ReplicaSet,
  replicaSets,
} from '../../client/kinds.ts';
import { keyOf, splitKey } from '../../client/resource.ts';
import { claimed } from '../claim.ts';
import { controllersOf, itself, runLoop, source } from '../loop.ts';
import { byController, byNamespace, controllerOf } from '../owners.ts';
import { isFinished } from '../pod-state.ts';
import type { Controller, ControllerTools, Running } from '../types.ts';
import { desiredReplicasOf } from './annotations.ts';
import { isActive } from './replica-set.ts';
import { rollBack, rollbackOf } from './rollback.ts';
import { createRolloutSteps, type Rollout, type RolloutSteps, rolloutOf } from './rollout.ts';
import { desiredOf, isRolling } from './sizes.ts';
import {
  countedStatus,
  type DeploymentStatus,
  isComplete,
  progressCheckInMs,
  rolloutStatus,
  saysWhetherPaused,
  withoutZeros,
} from './status.ts';

const account = 'deployment-controller';

/** Leads the ReplicaSets of each Deployment from the template it had to the one it has. */
export const deployment: Controller = { names: ['deployment-controller', 'deployment'], start };

function start(tools: ControllerTools): Running {
  const { informers, clock, log } = tools;
  const client = tools.clientAs(account);
  const objects = client.of(deployments);
  const sets = client.of(replicaSets);
  const { event } = createEventRecorder({ client, clock, log, component: account });
  const known = informers.of(deployments);
  const knownSets = informers.of(replicaSets);
  const knownPods = informers.of(pods);
  const setsOf = knownSets.index(byController);
  const orphansIn = knownSets.index(orphans);
  const deploymentsIn = known.index(byNamespace);
  const podsOf = knownPods.index(byController);

  const write = async (wanted: Deployment) => {
    const { namespace, name } = wanted.metadata;
    const present = known.get(namespace, name);
    const isWritten =
      jsonEqual(wanted.metadata.annotations ?? {}, present?.metadata.annotations ?? {}) &&
      jsonEqual(withoutZeros(wanted.status), withoutZeros(present?.status));
    if (!isWritten) await objects.updateStatus(wanted);
  };
  const steps = createRolloutSteps({ sets, knownSets, event, clock, save: write });
  const hasPods = ({ oldSets }: Rollout): boolean =>
    oldSets.some(
      (set) =>
        (set.status?.replicas ?? 0) > 0 || podsOf.get(set.metadata.uid).some((pod) => !isFinished(pod)),
    );

  const reconcile = async (key: string): Promise<number | undefined> => {
    const found = known.get(...splitKey(key));
    if (!found) return undefined;
    const { namespace, name, uid, deletionTimestamp } = found.metadata;
    const owned = await claimed([...setsOf.get(uid), ...orphansIn.get(namespace)], {
      resource: deployments,
      owner: found,
      selector: selectorFromLabelSelector(found.spec?.selector),
      freshOwner: () => objects.get(namespace, name),
      objects: sets,
    });
    if (deletionTimestamp !== undefined) {
      await write(counted(rolloutOf(found, owned), clock.now()));
      return undefined;
    }
    const begun = await steps.follow(rolloutOf(saysWhetherPaused(found, clock.now()), owned));
    const revision = rollbackOf(found);
    if (revision !== undefined && !found.spec?.paused) {
      await rollBack(await steps.withNewSet(begun), revision, { objects, event });
      return undefined;
    }
    if (found.spec?.paused || isScaled(begun)) {
      const scaled = await steps.scale(begun);
      if (found.spec?.paused && revision === undefined) await steps.cleanUp(scaled);
      await write(counted(scaled, clock.now()));
      return undefined;
    }
    const rollout = isRolling(found) ? await roll(begun, steps) : await recreate(begun, steps, hasPods);
    const status = rolloutStatus(rollout.deployment, rollout, clock.now());
    await write({ ...rollout.deployment, status });
    return progressCheckInMs(rollout.deployment, status, clock.now());
  };

  const sources = [
    itself(known),
    controllersOf(knownSets, 'Deployment'),
    // An orphan is for whoever selects it.
    source(knownSets, (set) =>
      set === undefined || controllerOf(set) ? [] : adopters(set, deploymentsIn.get(set.metadata.namespace)),
    ),
    // The last pod that has gone opens the way for those after it.
    source(knownPods, (pod, before) =>
      pod && !isFinished(pod) ? [] : recreatedBy((pod ?? before)!, knownSets, known),
    ),
  ];
  return runLoop({ name: 'deployment', sources, reconcile }, tools);
}

/** Grows the new and shrinks the old, one of them at a time. */
async function roll(begun: Rollout, steps: RolloutSteps): Promise<Rollout> {
  const rollout = await steps.withNewSet(begun);
  // That it was made is written down before anything else is done.
  if (!begun.newSet) return rollout;
  const grown = await steps.growNew(rollout);
  if (grown !== rollout) return grown;
  const shrunk = await steps.shrinkOld(rollout);
  if (shrunk !== rollout) return shrunk;
  await cleanUpAfter(rollout, steps);
  return rollout;
}

/** Makes new pods when no old one is left. */
async function recreate(
  begun: Rollout,
  steps: RolloutSteps,
  hasPods: (rollout: Rollout) => boolean,
): Promise<Rollout> {
  const emptied = await steps.emptyOld(begun);
  if (emptied !== begun || hasPods(begun)) return emptied;
  const rollout = await steps.withNewSet(begun);
  const grown = await steps.growNew(rollout);
  await cleanUpAfter(rollout, steps);
  return grown;
}

async function cleanUpAfter(rollout: Rollout, { cleanUp }: RolloutSteps): Promise<void> {
  if (isComplete(rollout.deployment, rollout.deployment.status)) await cleanUp(rollout);
}

function counted(rollout: Rollout, nowMs: number): Deployment {
  const status: DeploymentStatus = countedStatus(rollout.deployment, rollout, nowMs);
  return { ...rollout.deployment, status };
}

/** Whether a ReplicaSet was sized for another size of the Deployment. */
const isScaled = ({ deployment, newSet, oldSets }: Rollout): boolean =>
  [...oldSets, ...(newSet ? [newSet] : [])].filter(isActive).some((set) => {
    const before = desiredReplicasOf(set);
    return before !== undefined && before !== desiredOf(deployment);
  });

/** For an index: ReplicaSets without a controller, by namespace. */
const orphans = (set: ReplicaSet): readonly string[] => (controllerOf(set) ? [] : [set.metadata.namespace]);

const adopters = ({ metadata }: ReplicaSet, candidates: readonly Deployment[]): readonly string[] =>
  candidates
    .filter(({ spec }) => selectorFromLabelSelector(spec?.selector).matches(metadata.labels ?? {}))
    .map(keyOf);

/** The Deployment that waits for the last of its old pods to go. */
function recreatedBy(
  pod: Pod,
  knownSets: Informer<ReplicaSet>,
  known: Informer<Deployment>,
): readonly string[] {
  const { namespace } = pod.metadata;
  const owner = controllerOf(pod);
  const set = owner?.kind === 'ReplicaSet' ? knownSets.get(namespace, owner.name) : undefined;
  const leader = set && controllerOf(set);
  const found = leader?.kind === 'Deployment' ? known.get(namespace, leader.name) : undefined;
  return found && !isRolling(found) ? [keyOf(found)] : [];
}
