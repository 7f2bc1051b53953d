import type { KubeObject } from '../../../apimachinery/object.ts';
import { claimSpecFromV1beta1, claimSpecToV1beta1 } from '../claim-v1beta1.ts';

export function fromV1beta1(claim: KubeObject): KubeObject {
  claimSpecFromV1beta1(claim['spec']);
  return claim;
}

export function toV1beta1(claim: KubeObject): KubeObject {
  claimSpecToV1beta1(claim['spec']);
  return claim;
}
