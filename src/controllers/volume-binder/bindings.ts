import { jsonEqual } from '../../apimachinery/object.ts';
import type { Client } from '../../client/client.ts';
import { isNotFound } from '../../client/failure.ts';
import {
  type PersistentVolume,
  type PersistentVolumeClaim,
  persistentVolumeClaims,
  persistentVolumes,
} from '../../client/kinds.ts';
import { bindCompleted, boundByController, isReservedFor, suits } from '../volume-matching.ts';
import type { Known } from './binder.ts';
import { simulatedProvisioner } from './provisioning.ts';

type VolumePhase = 'Available' | 'Bound' | 'Released' | 'Failed';

/** Who belongs to whom, and what is said of it. */
export interface Bindings {
  /** Makes a claim and a volume each other's, in four writes of which each may be the last for now. */
  bind(claim: PersistentVolumeClaim, volume: PersistentVolume): Promise<void>;
  /** The same with a volume that the claim names. */
  bindTo(claim: PersistentVolumeClaim, volumeName: string): Promise<void>;
  /** Whether a bound claim still has its volume. */
  check(claim: PersistentVolumeClaim): Promise<void>;
  pending(claim: PersistentVolumeClaim): Promise<void>;
  /** Says what a volume is, and does what is to be done with one whose claim is gone. */
  settle(volume: PersistentVolume): Promise<void>;
}

const provisionedBy = 'pv.kubernetes.io/provisioned-by';

/** The writes of a binding, each of which does nothing when it was done before. */
function createWrites(client: Client) {
  const claimObjects = client.of(persistentVolumeClaims);
  const volumeObjects = client.of(persistentVolumes);

  const setVolumePhase = async (volume: PersistentVolume, phase: VolumePhase): Promise<PersistentVolume> => {
    if (volume.status?.phase === phase) return volume;
    return volumeObjects.updateStatus({ ...volume, status: { ...volume.status, phase } });
  };
  const setClaimStatus = async (claim: PersistentVolumeClaim, next: object): Promise<void> => {
    const status = { ...claim.status, ...next };
    if (!jsonEqual(status, claim.status ?? {})) await claimObjects.updateStatus({ ...claim, status });
  };
  const keepVolume = async (claim: PersistentVolumeClaim, volume: PersistentVolume) => {
    const { namespace, name, uid, resourceVersion } = claim.metadata;
    if (volume.spec?.claimRef?.uid === uid) return volume;
    const claimRef = {
      kind: 'PersistentVolumeClaim',
      apiVersion: 'v1',
      namespace,
      name,
      uid,
      resourceVersion,
    };
    const byUs: Record<string, string> = volume.spec?.claimRef ? {} : { [boundByController]: 'yes' };
    return volumeObjects.update({
      ...volume,
      metadata: { ...volume.metadata, annotations: { ...volume.metadata.annotations, ...byUs } },
      spec: { ...volume.spec, claimRef },
    });
  };
  const nameVolume = async (claim: PersistentVolumeClaim, { metadata: volume }: PersistentVolume) => {
    const { metadata, spec } = claim;
    const byUs: Record<string, string> = spec?.volumeName ? {} : { [boundByController]: 'yes' };
    const annotations = { ...metadata.annotations, [bindCompleted]: 'yes', ...byUs };
    if (spec?.volumeName === volume.name && jsonEqual(annotations, metadata.annotations)) return claim;
    return claimObjects.update({
      ...claim,
      metadata: { ...metadata, annotations },
      spec: { ...spec, volumeName: volume.name },
    });
  };
  const bind: Bindings['bind'] = async (claim, volume) => {
    const kept = await keepVolume(claim, volume);
    await setVolumePhase(kept, 'Bound');
    const named = await nameVolume(claim, kept);
    const { accessModes, capacity } = kept.spec ?? {};
    await setClaimStatus(named, { phase: 'Bound', accessModes, capacity });
  };
  const remove = async (volume: PersistentVolume): Promise<void> => {
    try {
      await volumeObjects.delete(volume, { preconditions: { uid: volume.metadata.uid } });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  };
  return { setVolumePhase, setClaimStatus, bind, remove };
}

export function createBindings(client: Client, { claims, volumes, event }: Known): Bindings {
  const { setVolumePhase, setClaimStatus, bind, remove } = createWrites(client);
  const lost = async (claim: PersistentVolumeClaim, reason: string, message: string): Promise<void> => {
    if (claim.status?.phase === 'Lost') return;
    await setClaimStatus(claim, { phase: 'Lost' });
    event(persistentVolumeClaims, claim, 'Warning', reason, message);
  };
  return {
    bind,
    async bindTo(claim, volumeName) {
      const volume = volumes.get('', volumeName);
      const isFree = volume && (!volume.spec?.claimRef || isReservedFor(volume, claim));
      if (volume && isFree && suits(volume, claim)) {
        await bind(claim, volume);
        return;
      }
      await setClaimStatus(claim, { phase: 'Pending' });
      if (!volume) return;
      const message = isFree
        ? `Cannot bind to requested volume "${volumeName}": it does not have what the claim asks for`
        : `volume "${volumeName}" already bound to a different claim.`;
      event(persistentVolumeClaims, claim, 'Warning', isFree ? 'VolumeMismatch' : 'FailedBinding', message);
    },
    async check(claim) {
      const { volumeName } = claim.spec ?? {};
      if (!volumeName) {
        const message = 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!';
        await lost(claim, 'ClaimLost', message);
        return;
      }
      const volume = volumes.get('', volumeName);
      if (!volume) {
        const message = 'Bound claim has lost its PersistentVolume. Data on the volume is lost!';
        await lost(claim, 'ClaimLost', message);
      } else if (!volume.spec?.claimRef || isReservedFor(volume, claim)) await bind(claim, volume);
      else {
        const message = 'Two claims are bound to the same volume, this one is bound incorrectly';
        await lost(claim, 'ClaimMisbound', message);
      }
    },
    pending: (claim) => setClaimStatus(claim, { phase: 'Pending' }),
    async settle(volume) {
      const reserved = volume.spec?.claimRef;
      if (!reserved?.uid) {
        await setVolumePhase(volume, 'Available');
        return;
      }
      const claim = claims.get(reserved.namespace ?? '', reserved.name ?? '');
      if (claim?.metadata.uid === reserved.uid) {
        if (claim.spec?.volumeName === volume.metadata.name) await setVolumePhase(volume, 'Bound');
        return;
      }
      await release(volume);
    },
  };

  /** The claim of a volume is gone. */
  async function release(volume: PersistentVolume): Promise<void> {
    if (volume.status?.phase === 'Failed') return;
    const released = await setVolumePhase(volume, 'Released');
    if (volume.spec?.persistentVolumeReclaimPolicy !== 'Delete') return;
    const provisioner = volume.metadata.annotations?.[provisionedBy];
    // Somebody else made it and will take it away.
    if (provisioner !== undefined && provisioner !== simulatedProvisioner) return;
    if (provisioner === undefined && volume.spec.hostPath === undefined) return;
    if (volume.metadata.deletionTimestamp !== undefined) return;
    await remove(released);
  }
}
