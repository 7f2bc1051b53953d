import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../client/kinds.ts';
import type { PodNeeds } from './pod-needs.ts';

/** Claims, volumes and classes as they are now. */
export interface VolumeView {
  claim(namespace: string, name: string): PersistentVolumeClaim | undefined;
  volume(name: string): PersistentVolume | undefined;
  /** Volumes of a class that nobody has claimed, or that this claim has. */
  availableVolumes(className: string, claim: PersistentVolumeClaim): readonly PersistentVolume[];
  storageClass(name: string): StorageClass | undefined;
  /** Whether another pod on some node uses the claim. */
  usersOf(claim: PersistentVolumeClaim): readonly string[];
}

export interface ClaimUse {
  readonly claimName: string;
  /** Made for the pod, with it as its owner. */
  readonly isEphemeral: boolean;
}

/** Claims that a pod uses. */
export function claimsOf({ pod }: PodNeeds): readonly ClaimUse[] {
  return (pod.spec?.volumes ?? []).flatMap((volume): ClaimUse[] => {
    const { name, persistentVolumeClaim, ephemeral } = volume;
    if (persistentVolumeClaim) return [{ claimName: persistentVolumeClaim.claimName, isEphemeral: false }];
    return ephemeral ? [{ claimName: `${pod.metadata.name}-${name}`, isEphemeral: true }] : [];
  });
}
