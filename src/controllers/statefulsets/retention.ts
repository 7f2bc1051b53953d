import type { OwnerReference } from '../../apimachinery/object.ts';
import {
  type PersistentVolumeClaim,
  type Pod,
  pods,
  type StatefulSet,
  statefulSets,
} from '../../client/kinds.ts';
import { apiVersionOf, type Resource } from '../../client/resource.ts';
import { controllerReference } from '../owners.ts';

/**
 * Who owns the claims of a set's pods, and so takes them along when it goes (`persistentVolumeClaimRetentionPolicy`): the set when
 * claims are deleted with it, a pod that is too many when they are deleted with scaling, else nobody.
 */

const deletesWhen = ({ spec }: StatefulSet, when: 'whenDeleted' | 'whenScaled'): boolean =>
  spec?.persistentVolumeClaimRetentionPolicy?.[when] === 'Delete';

const referencesOf = ({ metadata }: PersistentVolumeClaim): readonly OwnerReference[] =>
  metadata.ownerReferences ?? [];

/** An object that may not be there yet. */
interface Named {
  readonly metadata: { readonly name: string; readonly uid?: string };
}

/** Names the same object, or one before it that had its name. */
const isNamed = (reference: OwnerReference, resource: Resource, { metadata }: Named): boolean =>
  reference.apiVersion === apiVersionOf(resource) &&
  reference.kind === resource.kind &&
  reference.name === metadata.name;

const isStale = (claim: PersistentVolumeClaim, resource: Resource, owner: Named): boolean =>
  referencesOf(claim).some(
    (reference) => isNamed(reference, resource, owner) && reference.uid !== owner.metadata.uid,
  );

/** Belonged to a pod of this name that is on its way out: the claim is, too. */
export const isClaimOfFormerPod = (set: StatefulSet, claim: PersistentVolumeClaim, pod: Named): boolean =>
  deletesWhen(set, 'whenScaled') && isStale(claim, pods, pod);

/** Whether somebody else controls the claim. */
export function hasOtherController(set: StatefulSet, claim: PersistentVolumeClaim, pod: Pod): boolean {
  if (!deletesWhen(set, 'whenScaled') && !deletesWhen(set, 'whenDeleted')) return false;
  if (isStale(claim, statefulSets, set) || isStale(claim, pods, pod)) return true;
  return referencesOf(claim).some(
    (reference) => reference.controller === true && !isOurs(reference, set, pod),
  );
}

const isOurs = ({ uid }: OwnerReference, set: StatefulSet, pod: Pod): boolean =>
  uid === set.metadata.uid || uid === pod.metadata.uid;

/** The references that the claim should have; undefined when it has them, or when it belonged to others before. */
export function owningReferences(
  set: StatefulSet,
  claim: PersistentVolumeClaim,
  pod: Pod,
  isSurplus: boolean,
): readonly OwnerReference[] | undefined {
  if (isStale(claim, statefulSets, set) || isStale(claim, pods, pod)) return undefined;
  const present = referencesOf(claim);
  const others = present.filter((reference) => !isOurs(reference, set, pod));
  const wanted = hasOtherController(set, claim, pod) ? [] : ownersFor(set, pod, isSurplus);
  const ours = present.filter((reference) => isOurs(reference, set, pod));
  const isRight =
    ours.length === wanted.length &&
    wanted.every(({ uid }) => ours.some((reference) => reference.uid === uid && reference.controller));
  return isRight ? undefined : [...others, ...wanted];
}

function ownersFor(set: StatefulSet, pod: Pod, isSurplus: boolean): readonly OwnerReference[] {
  if (deletesWhen(set, 'whenScaled') && isSurplus) return [controllerReference(pods, pod)];
  return deletesWhen(set, 'whenDeleted') ? [controllerReference(statefulSets, set)] : [];
}
