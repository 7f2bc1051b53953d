import type { IPersistentVolumeClaimSpec } from 'kubernetes-models/v1';
import type { KubeObject } from '../apimachinery/object.ts';
import { ownValue, readSpec } from './structs.ts';

/** How claims named their class before the field existed. */
const betaClassAnnotation = 'volume.beta.kubernetes.io/storage-class';

/** The storage class that a claim names; undefined when it leaves the choice to the cluster, '' when it wants none. */
export const storageClassOf = (claim: KubeObject): string | undefined =>
  ownValue(claim.metadata.annotations, betaClassAnnotation) ??
  readSpec<IPersistentVolumeClaimSpec>(claim).storageClassName;
