import type { IStorageClass } from 'kubernetes-models/storage.k8s.io/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';

export function defaults(object: KubeObject): void {
  const storageClass = object as unknown as IStorageClass;
  storageClass.reclaimPolicy ??= 'Delete';
  storageClass.volumeBindingMode ??= 'Immediate';
}
