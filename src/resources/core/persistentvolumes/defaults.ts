import type { IPersistentVolume, IPersistentVolumeSpec } from 'kubernetes-models/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { structIn } from '../../struct-fields.ts';
import { roundResourceList } from '../../validation/resource-list.ts';

export function defaults(object: KubeObject): void {
  const spec = structIn<IPersistentVolumeSpec>(object, 'spec');
  const status = structIn<NonNullable<IPersistentVolume['status']>>(object, 'status');
  status.phase ||= 'Pending';
  spec.persistentVolumeReclaimPolicy ||= 'Retain';
  spec.volumeMode ??= 'Filesystem';
  roundResourceList(spec.capacity);
  defaultSource(spec);
}

/** Values that sources have when nothing else is said. */
function defaultSource({ hostPath, iscsi, rbd, azureDisk, scaleIO }: IPersistentVolumeSpec): void {
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
