import type {
  IDownwardAPIVolumeFile,
  IPersistentVolumeSpec,
  IProjectedVolumeSource,
  IVolume,
  IVolumeProjection,
} from 'kubernetes-models/v1';
import { defaultImagePullPolicy } from './image-pull-policy.ts';
import { roundResourceList } from './resource-list.ts';

/** Mode of files that volumes put down: 0644. */
const defaultFileMode = 420;
const defaultTokenSeconds = 3600;

/** Fills the defaults of one volume in place. A volume without a source is an `emptyDir`. */
export function defaultVolume(volume: IVolume): void {
  if (!Object.keys(volume).some((key) => key !== 'name' && volume[key as keyof IVolume] !== undefined)) {
    volume.emptyDir = {};
    return;
  }
  for (const source of [volume.secret, volume.configMap, volume.downwardAPI, volume.projected]) {
    if (source) source.defaultMode ??= defaultFileMode;
  }
  defaultDownwardFiles(volume.downwardAPI?.items);
  if (volume.projected) defaultProjected(volume.projected);
  if (volume.image) volume.image.pullPolicy ||= defaultImagePullPolicy(volume.image.reference ?? '');
  const claim = volume.ephemeral?.volumeClaimTemplate?.spec;
  if (claim) {
    claim.volumeMode ??= 'Filesystem';
    roundResourceList(claim.resources?.limits);
    roundResourceList(claim.resources?.requests);
  }
  defaultVolumeSource(volume);
}

function defaultDownwardFiles(files: IDownwardAPIVolumeFile[] | undefined): void {
  for (const { fieldRef } of files ?? []) if (fieldRef) fieldRef.apiVersion ||= 'v1';
}

function defaultProjected(projected: IProjectedVolumeSource): void {
  for (const source of projected.sources ?? []) defaultProjection(source);
}

function defaultProjection({ downwardAPI, serviceAccountToken }: IVolumeProjection): void {
  defaultDownwardFiles(downwardAPI?.items);
  if (serviceAccountToken) serviceAccountToken.expirationSeconds ??= defaultTokenSeconds;
}

type CommonSources = Pick<
  IVolume & IPersistentVolumeSpec,
  'hostPath' | 'iscsi' | 'rbd' | 'azureDisk' | 'scaleIO'
>;

/** Sources that volumes of pods and persistent volumes share, most of them of drivers that have left the tree. */
export function defaultVolumeSource({ hostPath, iscsi, rbd, azureDisk, scaleIO }: CommonSources): void {
  if (hostPath) hostPath.type ??= '';
  if (iscsi) iscsi.iscsiInterface ||= 'default';
  if (rbd) {
    rbd.pool ||= 'rbd';
    rbd.user ||= 'admin';
    rbd.keyring ||= '/etc/ceph/keyring';
  }
  if (azureDisk) {
    azureDisk.cachingMode ??= 'ReadWrite';
    azureDisk.kind ??= 'Shared';
    azureDisk.fsType ??= 'ext4';
    azureDisk.readOnly ??= false;
  }
  if (scaleIO) {
    scaleIO.storageMode ||= 'ThinProvisioned';
    scaleIO.fsType ||= 'xfs';
  }
}
