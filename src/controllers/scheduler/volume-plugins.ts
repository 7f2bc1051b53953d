import type { PersistentVolume, PersistentVolumeClaim } from '../../client/kinds.ts';
import { matchesNodeSelector } from '../node-affinity.ts';
import { controllerOf } from '../owners.ts';
import { bestVolume, bindCompleted } from '../volume-matching.ts';
import type { NodeState } from './cluster-state.ts';
import type { PodNeeds } from './pod-needs.ts';
import type { FilterPlugin, NodeFilter, Refusal, Verdict, View } from './types.ts';
import { type ClaimUse, claimsOf, type VolumeView } from './volume-view.ts';

const otherNode: Verdict = {
  reasons: ["node(s) didn't match PersistentVolume's node affinity"],
  resolvable: false,
};
const nothingToBind: Verdict = {
  reasons: ["node(s) didn't find available persistent volumes to bind"],
  resolvable: false,
};
const volumeGone: Verdict = {
  reasons: ['node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)'],
  resolvable: false,
};
const inUse: Verdict = {
  reasons: [
    'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod',
  ],
  resolvable: true,
};

export const noProvisioner = 'kubernetes.io/no-provisioner';

const isBound = ({ spec, metadata }: PersistentVolumeClaim): boolean =>
  Boolean(spec?.volumeName) && metadata.annotations?.[bindCompleted] !== undefined;

/** Why a claim cannot be used yet; the claim when it can. */
function usable(needs: PodNeeds, { claimName, isEphemeral }: ClaimUse, volumes: VolumeView) {
  const claim = volumes.claim(needs.namespace, claimName);
  if (!claim) {
    return isEphemeral
      ? `waiting for ephemeral volume controller to create the persistentvolumeclaim "${claimName}"`
      : `persistentvolumeclaim "${claimName}" not found`;
  }
  if (claim.status?.phase === 'Lost') {
    return `persistentvolumeclaim "${claimName}" bound to non-existent persistentvolume "${claim.spec?.volumeName}"`;
  }
  if (claim.metadata.deletionTimestamp !== undefined) {
    return `persistentvolumeclaim "${claimName}" is being deleted`;
  }
  if (isEphemeral && controllerOf(claim)?.uid !== needs.uid) {
    return `PVC ${needs.namespace}/${claimName} was not created for pod ${needs.key} (pod is not owner)`;
  }
  return claim;
}

const waitsForPod = (claim: PersistentVolumeClaim, volumes: VolumeView): boolean =>
  volumes.storageClass(claim.spec?.storageClassName ?? '')?.volumeBindingMode === 'WaitForFirstConsumer';

/** Claims of a pod that are bound, and those that are bound when its node is known. */
function sorted(needs: PodNeeds, volumes: VolumeView) {
  const bound: PersistentVolumeClaim[] = [];
  const unbound: PersistentVolumeClaim[] = [];
  for (const use of claimsOf(needs)) {
    const claim = usable(needs, use, volumes);
    if (typeof claim === 'string') return claim;
    if (isBound(claim)) bound.push(claim);
    else if (waitsForPod(claim, volumes)) unbound.push(claim);
    else return 'pod has unbound immediate PersistentVolumeClaims';
  }
  return { bound, unbound };
}

const isReachable = ({ spec }: PersistentVolume, { node }: NodeState): boolean => {
  const required = spec?.nodeAffinity?.required;
  return required === undefined || matchesNodeSelector(required, node!);
};

/** The smallest volume that is there for the claim and can be reached from the node. */
export function volumeFor(
  claim: PersistentVolumeClaim,
  state: NodeState,
  volumes: VolumeView,
  taken: ReadonlySet<string>,
): PersistentVolume | undefined {
  const candidates = volumes
    .availableVolumes(claim.spec?.storageClassName ?? '', claim)
    .filter((volume) => !taken.has(volume.metadata.name) && isReachable(volume, state));
  return bestVolume(claim, candidates);
}

/** Whether somebody would make a volume for the claim that the node reaches. */
export function isProvisionable(
  claim: PersistentVolumeClaim,
  { labels }: NodeState,
  volumes: VolumeView,
): boolean {
  const storageClass = volumes.storageClass(claim.spec?.storageClassName ?? '');
  if (!storageClass || storageClass.provisioner === noProvisioner) return false;
  const topologies = storageClass.allowedTopologies ?? [];
  return (
    topologies.length === 0 ||
    topologies.some(({ matchLabelExpressions = [] }) =>
      matchLabelExpressions.every(({ key, values }) => values.includes(labels[key] ?? '')),
    )
  );
}

/** How each unbound claim would be met on a node: by this volume, or by a new one; undefined when one cannot be. */
export function volumesFor(
  unbound: readonly PersistentVolumeClaim[],
  state: NodeState,
  volumes: VolumeView,
): ReadonlyMap<PersistentVolumeClaim, PersistentVolume | 'new'> | undefined {
  const found = new Map<PersistentVolumeClaim, PersistentVolume | 'new'>();
  const taken = new Set<string>();
  for (const claim of unbound) {
    const volume = volumeFor(claim, state, volumes, taken);
    if (!volume && !isProvisionable(claim, state, volumes)) return undefined;
    if (volume) taken.add(volume.metadata.name);
    found.set(claim, volume ?? 'new');
  }
  return found;
}

/** Claims that have to be bound once the pod's node is known. */
export function unboundClaims(needs: PodNeeds, volumes: VolumeView): readonly PersistentVolumeClaim[] {
  const claims = sorted(needs, volumes);
  return typeof claims === 'string' ? [] : claims.unbound;
}

function prepareBinding(needs: PodNeeds, { volumes }: View): NodeFilter | Refusal | undefined {
  const claims = sorted(needs, volumes);
  if (typeof claims === 'string') return { message: claims };
  const { bound, unbound } = claims;
  if (bound.length + unbound.length === 0) return undefined;
  const used = bound.map((claim) => volumes.volume(claim.spec?.volumeName ?? ''));
  return (state) => {
    if (used.includes(undefined)) return volumeGone;
    if (used.some((volume) => !isReachable(volume!, state))) return otherNode;
    return volumesFor(unbound, state, volumes) ? undefined : nothingToBind;
  };
}

export const volumeBinding: FilterPlugin = {
  name: 'VolumeBinding',
  wokenBy: ['volume', 'node', 'pod itself'],
  prepare: prepareBinding,
};

/** A claim for one pod at a time is used by one pod at a time. */
export const volumeRestrictions: FilterPlugin = {
  name: 'VolumeRestrictions',
  wokenBy: ['pod gone', 'volume'],
  prepare(needs, { volumes }) {
    const taken = claimsOf(needs).some(({ claimName }) => {
      const claim = volumes.claim(needs.namespace, claimName);
      if (!claim?.spec?.accessModes?.includes('ReadWriteOncePod')) return false;
      return volumes.usersOf(claim).some((uid) => uid !== needs.uid);
    });
    return taken ? () => inUse : undefined;
  },
};

const zoneLabels = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];
const otherZone: Verdict = { reasons: ['node(s) had no available volume zone'], resolvable: false };

/** Volumes that say where they are are used from there; several zones are joined by `__`. */
export const volumeZone: FilterPlugin = {
  name: 'VolumeZone',
  wokenBy: ['volume', 'node'],
  prepare(needs, { volumes }) {
    const places = claimsOf(needs).flatMap(({ claimName }) => {
      const name = volumes.claim(needs.namespace, claimName)?.spec?.volumeName;
      const labels = (name && volumes.volume(name)?.metadata.labels) || {};
      return zoneLabels
        .filter((key) => labels[key] !== undefined)
        .map((key) => ({ key, values: labels[key]!.split('__') }));
    });
    if (places.length === 0) return undefined;
    return ({ labels }) => {
      if (zoneLabels.every((key) => labels[key] === undefined)) return undefined;
      return places.every(({ key, values }) => values.includes(labels[key] ?? '')) ? undefined : otherZone;
    };
  },
};
