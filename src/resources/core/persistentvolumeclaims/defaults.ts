import type { IPersistentVolumeClaim, IPersistentVolumeClaimSpec } from 'kubernetes-models/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { structIn } from '../../struct-fields.ts';
import { roundResourceList } from '../../validation/resource-list.ts';

export function defaults(object: KubeObject): void {
  const spec = structIn<IPersistentVolumeClaimSpec>(object, 'spec');
  const status = structIn<NonNullable<IPersistentVolumeClaim['status']>>(object, 'status');
  spec.volumeMode ??= 'Filesystem';
  status.phase ||= 'Pending';
  const lists = [
    spec.resources?.limits,
    spec.resources?.requests,
    status.capacity,
    status.allocatedResources,
  ];
  for (const list of lists) roundResourceList(list);
}
