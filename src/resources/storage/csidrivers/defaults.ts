import type { ICSIDriverSpec } from 'kubernetes-models/storage.k8s.io/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { structIn } from '../../struct-fields.ts';

export function defaults(object: KubeObject): void {
  const spec = structIn<ICSIDriverSpec>(object, 'spec');
  spec.attachRequired ??= true;
  spec.podInfoOnMount ??= false;
  spec.storageCapacity ??= false;
  spec.fsGroupPolicy ??= 'ReadWriteOnceWithFSType';
  if (!spec.volumeLifecycleModes?.length) spec.volumeLifecycleModes = ['Persistent'];
  spec.requiresRepublish ??= false;
  spec.seLinuxMount ??= false;
}
