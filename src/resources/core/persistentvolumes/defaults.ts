import type { IPersistentVolume, IPersistentVolumeSpec } from 'kubernetes-models/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { structIn } from '../../struct-fields.ts';
import { roundResourceList } from '../../validation/resource-list.ts';
import { defaultVolumeSource } from '../../validation/volume-defaults.ts';

export function defaults(object: KubeObject): void {
  const spec = structIn<IPersistentVolumeSpec>(object, 'spec');
  const status = structIn<NonNullable<IPersistentVolume['status']>>(object, 'status');
  status.phase ||= 'Pending';
  spec.persistentVolumeReclaimPolicy ||= 'Retain';
  spec.volumeMode ??= 'Filesystem';
  roundResourceList(spec.capacity);
  defaultVolumeSource(spec);
}
