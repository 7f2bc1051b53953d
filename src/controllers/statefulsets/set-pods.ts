import type { Objects } from '../../client/client.ts';
import type { EventRecorder } from '../../client/event-recorder.ts';
import { isAlreadyExists, isNamespaceTerminating, isNotFound } from '../../client/failure.ts';
import type { Informer } from '../../client/informer.ts';
import { type PersistentVolumeClaim, type Pod, type StatefulSet, statefulSets } from '../../client/kinds.ts';
import { claimDrafts, isInRange, ordinalOf, type podOf, repaired } from './identity.ts';
import { hasOtherController, isClaimOfFormerPod, owningReferences } from './retention.ts';

export interface SetPodTools {
  readonly pods: Objects<Pod>;
  readonly claims: Objects<PersistentVolumeClaim>;
  readonly knownClaims: Informer<PersistentVolumeClaim>;
  readonly event: EventRecorder['event'];
}

/** The pods of a set and their claims, made and unmade one at a time. The set gets the events. */
export interface SetPods {
  /** False when claims of a pod that had the name before are still on their way out. */
  readonly create: (set: StatefulSet, draft: ReturnType<typeof podOf>, ordinal: number) => Promise<boolean>;
  readonly delete: (set: StatefulSet, pod: Pod) => Promise<void>;
  /** Makes the claims of a pod that are missing, and has them belong to whom the set says. */
  readonly claim: (set: StatefulSet, pod: Pod, makeMissing: boolean) => Promise<void>;
  /** Gives a pod back what somebody has taken from it. */
  readonly repair: (set: StatefulSet, pod: Pod) => Promise<void>;
}

export function createSetPods(tools: SetPodTools): SetPods {
  const { pods, claims, knownClaims, event } = tools;

  const told = async (
    verb: 'Create' | 'Update' | 'Delete',
    set: StatefulSet,
    name: string,
    work: Promise<unknown>,
  ) => {
    const what = `${verb} Pod ${name} in StatefulSet ${set.metadata.name}`;
    try {
      await work;
      event(statefulSets, set, 'Normal', `Successful${verb}`, `${what} successful`);
    } catch (error) {
      // Where it is there already, news of it are on their way.
      if (isNamespaceTerminating(error) || isAlreadyExists(error)) throw error;
      const message = `${what} failed error: ${(error as Error).message}`;
      event(statefulSets, set, 'Warning', `Failed${verb}`, message);
      throw error;
    }
  };
  const own = async (set: StatefulSet, pod: Pod) => {
    const { namespace } = set.metadata;
    const ordinal = ordinalOf(pod, set)!;
    for (const { metadata } of claimDrafts(set, ordinal)) {
      const claim = knownClaims.get(namespace, metadata.name);
      if (!claim) continue;
      if (hasOtherController(set, claim, pod)) {
        const message = `PersistentVolumeClaim ${metadata.name} has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim`;
        event(statefulSets, set, 'Warning', 'ConflictingController', message);
      }
      const references = owningReferences(set, claim, pod, !isInRange(set, ordinal));
      if (!references) continue;
      await claims.update({ ...claim, metadata: { ...claim.metadata, ownerReferences: [...references] } });
    }
  };
  return {
    async create(set, draft, ordinal) {
      const { namespace } = set.metadata;
      const { name } = draft.metadata;
      const present = claimDrafts(set, ordinal).map(({ metadata }) =>
        knownClaims.get(namespace, metadata.name),
      );
      if (present.some((claim) => claim && isClaimOfFormerPod(set, claim, draft))) return false;
      const make = async () => {
        await makeClaims(set, name, ordinal, tools);
        const pod = await pods.create(namespace, draft);
        await own(set, pod);
      };
      await told('Create', set, name, make());
      return true;
    },
    delete: (set, pod) =>
      told(
        'Delete',
        set,
        pod.metadata.name,
        pods
          .delete(pod, { preconditions: { uid: pod.metadata.uid } })
          .catch((error: unknown) => (isNotFound(error) ? undefined : Promise.reject(error))),
      ),
    async claim(set, pod, makeMissing) {
      if (makeMissing) await makeClaims(set, pod.metadata.name, ordinalOf(pod, set)!, tools);
      await own(set, pod);
    },
    async repair(set, pod) {
      const right = repaired(set, pod, ordinalOf(pod, set)!);
      if (!right) return;
      const repair = async () => {
        await makeClaims(set, pod.metadata.name, ordinalOf(pod, set)!, tools);
        await pods.update(right);
      };
      await told('Update', set, pod.metadata.name, repair());
    },
  };
}

/** Rejects when one cannot be made, or is on its way out. */
async function makeClaims(
  set: StatefulSet,
  podName: string,
  ordinal: number,
  { claims, knownClaims, event }: SetPodTools,
): Promise<void> {
  const { namespace, name: setName } = set.metadata;
  for (const draft of claimDrafts(set, ordinal)) {
    const { name } = draft.metadata;
    const present = knownClaims.get(namespace, name);
    if (present?.metadata.deletionTimestamp) throw new Error(`pvc ${name} is being deleted`);
    if (present) continue;
    try {
      await claims.create(namespace, draft);
      const message = `Create Claim ${name} Pod ${podName} in StatefulSet ${setName} success`;
      event(statefulSets, set, 'Normal', 'SuccessfulCreate', message);
    } catch (error) {
      if (isAlreadyExists(error) || isNamespaceTerminating(error)) throw error;
      const { message } = error as Error;
      const told = `Create Claim ${name} for Pod ${podName} in StatefulSet ${setName} failed error: ${message}`;
      event(statefulSets, set, 'Warning', 'FailedCreate', told);
      throw new Error(`failed to create PVC ${name}: ${message}`, { cause: error });
    }
  }
}
