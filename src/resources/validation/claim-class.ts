import type { IPersistentVolumeClaim } from 'kubernetes-models/v1';
import type { KubeObject } from '../../apimachinery/object.ts';

/** How claims named their class before the field existed. */
const betaClassAnnotation = 'volume.beta.kubernetes.io/storage-class';

/** The storage class that a claim names; undefined when it leaves the choice to the cluster, '' when it wants none. */
export function storageClassOf(claim: KubeObject): string | undefined {
  const { annotations = {} } = claim.metadata;
  if (Object.hasOwn(annotations, betaClassAnnotation)) return annotations[betaClassAnnotation];
  return (claim as unknown as IPersistentVolumeClaim).spec?.storageClassName;
}
