import type { Clock } from '../../apimachinery/clock.ts';
import { jsonEqual } from '../../apimachinery/object.ts';
import type { Objects } from '../../client/client.ts';
import type { EventRecorder } from '../../client/event-recorder.ts';
import { isAlreadyExists, isNamespaceTerminating, isNotFound } from '../../client/failure.ts';
import type { Informer } from '../../client/informer.ts';
import { type Deployment, deployments, type ReplicaSet } from '../../client/kinds.ts';
import { isControlledBy } from '../owners.ts';
import {
  desiredReplicasOf,
  newestRevision,
  newSetAnnotations,
  revisionAnnotation,
  revisionOf,
  sizeAnnotations,
} from './annotations.ts';
import { byAge, draftOf, isActive, newSetOf, sameTemplate, sizeOf } from './replica-set.ts';
import {
  desiredOf,
  maxSurgeOf,
  newSetSize,
  oldSetSizes,
  onlyOneToScale,
  proportionalSizes,
} from './sizes.ts';
import { historyLimitOf, progressingOf, reasons, type Sets, saysProgress } from './status.ts';

/**
 * Where a rollout stands. The Deployment has the annotations and conditions that it is to get; they are written when the step that
 * is being done is over.
 */
export interface Rollout extends Sets {
  readonly deployment: Deployment;
}

export interface RolloutTools {
  readonly sets: Objects<ReplicaSet>;
  readonly knownSets: Informer<ReplicaSet>;
  readonly event: EventRecorder['event'];
  readonly clock: Clock;
  /** Writes what a Deployment says before work on it ends with a failure. */
  readonly save: (deployment: Deployment) => Promise<void>;
}

/** What can be done to the ReplicaSets of a Deployment. Every step answers where the rollout stands after it. */
export interface RolloutSteps {
  /** The newest ReplicaSet gets annotations, revision and `minReadySeconds` of the Deployment, and this its revision. */
  readonly follow: (rollout: Rollout) => Promise<Rollout>;
  /** Makes the newest ReplicaSet where there is none. Rejects when it cannot be made, and says so in the conditions. */
  readonly withNewSet: (rollout: Rollout) => Promise<Rollout & { readonly newSet: ReplicaSet }>;
  /** Brings the Deployment's size to its ReplicaSets without going on with a rollout. */
  readonly scale: (rollout: Rollout) => Promise<Rollout>;
  /** Makes the newest ReplicaSet as large as it may be now. */
  readonly growNew: (rollout: Rollout & { readonly newSet: ReplicaSet }) => Promise<Rollout>;
  /** Makes the others as small as they may be now. */
  readonly shrinkOld: (rollout: Rollout & { readonly newSet: ReplicaSet }) => Promise<Rollout>;
  /** Makes the others empty. */
  readonly emptyOld: (rollout: Rollout) => Promise<Rollout>;
  /** Deletes the oldest of the others when there are more than are to be kept. */
  readonly cleanUp: (rollout: Rollout) => Promise<void>;
}

export function createRolloutSteps(tools: RolloutTools): RolloutSteps {
  const { sets, event } = tools;

  /** Sets a size; its annotations alone only when `force`. */
  const resize = async (rollout: Rollout, set: ReplicaSet, size: number, force = false): Promise<Rollout> => {
    const before = sizeOf(set);
    const annotations = { ...set.metadata.annotations, ...sizeAnnotationsOf(rollout.deployment) };
    if (before === size && (!force || jsonEqual(annotations, set.metadata.annotations))) return rollout;
    const updated = await sets.update({
      ...set,
      metadata: { ...set.metadata, annotations },
      spec: { ...set.spec!, replicas: size },
    });
    if (before !== size) {
      const way = before < size ? 'up' : 'down';
      const message = `Scaled ${way} replica set ${set.metadata.name} from ${before} to ${size}`;
      event(deployments, rollout.deployment, 'Normal', 'ScalingReplicaSet', message);
    }
    return replaced(rollout, updated);
  };
  const resizeAll = async (
    rollout: Rollout,
    sizes: readonly { readonly set: ReplicaSet; readonly size: number }[],
    force = false,
  ): Promise<Rollout> => {
    let now = rollout;
    for (const { set, size } of sizes) now = await resize(now, set, size, force);
    return now;
  };
  const emptyOld = (rollout: Rollout): Promise<Rollout> =>
    resizeAll(
      rollout,
      rollout.oldSets.filter(isActive).map((set) => ({ set, size: 0 })),
    );
  return {
    follow: (rollout) => follow(rollout, tools),
    withNewSet: (rollout) => withNewSet(rollout, tools),
    async scale(rollout) {
      const { deployment, newSet, oldSets } = rollout;
      const only = onlyOneToScale(newSet, oldSets);
      if (only) return resize(rollout, only, desiredOf(deployment));
      if (newSet && isSaturated(deployment, newSet)) return emptyOld(rollout);
      const active = [...oldSets, ...(newSet ? [newSet] : [])].filter(isActive);
      if (deployment.spec?.strategy?.type === 'Recreate') return rollout;
      return resizeAll(rollout, proportionalSizes(deployment, active), true);
    },
    growNew: (rollout) =>
      resize(
        rollout,
        rollout.newSet,
        newSetSize(rollout.deployment, sizeOf(rollout.newSet), rollout.oldSets),
      ),
    shrinkOld: (rollout) =>
      resizeAll(rollout, oldSetSizes(rollout.deployment, rollout.newSet, rollout.oldSets)),
    emptyOld,
    async cleanUp({ deployment, oldSets }) {
      const alive = oldSets.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
      const surplus = alive.length - (historyLimitOf(deployment) ?? alive.length);
      if (surplus <= 0) return;
      for (const set of alive.toSorted(byRevision).slice(0, surplus)) {
        if (!isEmpty(set)) continue;
        const { uid, resourceVersion } = set.metadata;
        await sets.delete(set, { preconditions: { uid, resourceVersion } }).catch((error: unknown) => {
          if (!isNotFound(error)) throw error;
        });
      }
    },
  };
}

/** The ReplicaSets of a Deployment, told apart. */
export function rolloutOf(deployment: Deployment, sets: readonly ReplicaSet[]): Rollout {
  const newSet = newSetOf(deployment, sets);
  return { deployment, newSet, oldSets: sets.filter((set) => set !== newSet) };
}

function replaced({ deployment, newSet, oldSets }: Rollout, set: ReplicaSet): Rollout {
  const { uid } = set.metadata;
  if (newSet?.metadata.uid === uid) return { deployment, newSet: set, oldSets };
  return { deployment, newSet, oldSets: oldSets.map((old) => (old.metadata.uid === uid ? set : old)) };
}

const sizeAnnotationsOf = (deployment: Deployment) =>
  sizeAnnotations(desiredOf(deployment), desiredOf(deployment) + maxSurgeOf(deployment));

/** The newest ReplicaSet has all the pods there should be. */
function isSaturated(deployment: Deployment, newSet: ReplicaSet): boolean {
  const desired = desiredOf(deployment);
  return (
    sizeOf(newSet) === desired &&
    desiredReplicasOf(newSet) === desired &&
    (newSet.status?.availableReplicas ?? 0) === desired
  );
}

const isEmpty = ({ metadata, spec, status }: ReplicaSet): boolean =>
  spec?.replicas === 0 &&
  (status?.replicas ?? 0) === 0 &&
  (metadata.generation ?? 0) <= (status?.observedGeneration ?? 0);

const byRevision = (a: ReplicaSet, b: ReplicaSet): number => revisionOf(a) - revisionOf(b) || byAge(a, b);

const withRevision = (deployment: Deployment, revision: string | undefined): Deployment =>
  revision === undefined
    ? deployment
    : {
        ...deployment,
        metadata: {
          ...deployment.metadata,
          annotations: { ...deployment.metadata.annotations, [revisionAnnotation]: revision },
        },
      };

async function follow(rollout: Rollout, { sets, clock }: RolloutTools): Promise<Rollout> {
  const { deployment, newSet, oldSets } = rollout;
  if (!newSet) return rollout;
  const revision = newestRevision(oldSets) + 1;
  const annotations = newSetAnnotations(deployment, newSet.metadata.annotations, revision);
  const minReadySeconds = deployment.spec?.minReadySeconds ?? 0;
  const isCurrent =
    jsonEqual(annotations, newSet.metadata.annotations ?? {}) &&
    (newSet.spec?.minReadySeconds ?? 0) === minReadySeconds;
  const current = isCurrent
    ? newSet
    : await sets.update({
        ...newSet,
        metadata: { ...newSet.metadata, annotations },
        spec: { ...newSet.spec!, minReadySeconds },
      });
  const followed = withRevision(deployment, current.metadata.annotations?.[revisionAnnotation]);
  const message = `Found new replica set ${JSON.stringify(newSet.metadata.name)}`;
  return {
    deployment: progressingOf(followed.status)
      ? followed
      : saysProgress(followed, 'True', reasons.found, message, clock.now()),
    newSet: current,
    oldSets,
  };
}

async function withNewSet(
  rollout: Rollout,
  tools: RolloutTools,
): Promise<Rollout & { readonly newSet: ReplicaSet }> {
  const { deployment, newSet, oldSets } = rollout;
  if (newSet) return { ...rollout, newSet };
  const { sets, event, clock } = tools;
  const revision = newestRevision(oldSets) + 1;
  const size = newSetSize(deployment, 0, oldSets);
  const annotations = {
    ...newSetAnnotations(deployment, undefined, revision),
    ...sizeAnnotationsOf(deployment),
  };
  const draft = draftOf(deployment, size, annotations);
  const quoted = JSON.stringify(draft.metadata.name);
  let created: ReplicaSet;
  try {
    created = await sets.create(deployment.metadata.namespace, draft);
  } catch (error) {
    if (isAlreadyExists(error))
      return { deployment, newSet: await namesake(deployment, draft.metadata.name, error, tools), oldSets };
    if (isNamespaceTerminating(error)) throw error;
    const message = `Failed to create new replica set ${quoted}: ${(error as Error).message}`;
    event(deployments, deployment, 'Warning', reasons.createFailed, message);
    await tools.save(saysProgress(deployment, 'False', reasons.createFailed, message, clock.now()));
    throw error;
  }
  if (size > 0) {
    const message = `Scaled up replica set ${draft.metadata.name} from 0 to ${size}`;
    event(deployments, deployment, 'Normal', 'ScalingReplicaSet', message);
  }
  const numbered = withRevision(deployment, String(revision));
  return {
    deployment: saysProgress(
      numbered,
      'True',
      reasons.created,
      `Created new replica set ${quoted}`,
      clock.now(),
    ),
    newSet: created,
    oldSets,
  };
}

/** Who has the name that the newest ReplicaSet was to have: itself, or another, and then the next attempt has another name. */
async function namesake(
  deployment: Deployment,
  name: string,
  error: unknown,
  { knownSets, save }: RolloutTools,
): Promise<ReplicaSet> {
  const { metadata, spec, status } = deployment;
  const found = knownSets.get(metadata.namespace, name);
  if (!found) throw error;
  if (isControlledBy(found, deployment) && sameTemplate(found.spec?.template, spec?.template)) return found;
  const collisionCount = (status?.collisionCount ?? 0) + 1;
  await save({ ...deployment, status: { ...status, collisionCount } });
  throw error;
}
