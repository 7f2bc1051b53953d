import type { IResourceClaimSpec } from 'kubernetes-models/resource.k8s.io/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { defaultClaimSpec } from '../claim-spec.ts';
import { defaultClaimSpecV1beta1 } from '../claim-v1beta1.ts';
import { defaultTolerations } from '../taints.ts';
import { statusOf } from './types.ts';

/** v1 and v1beta2 */
export function defaults(claim: KubeObject): void {
  defaultClaimSpec(claim['spec'] as IResourceClaimSpec | undefined);
  defaultResults(claim);
}

export function defaultsV1beta1(claim: KubeObject): void {
  defaultClaimSpecV1beta1(claim['spec']);
  defaultResults(claim);
}

function defaultResults(claim: KubeObject): void {
  for (const { tolerations } of statusOf(claim).allocation?.devices?.results ?? []) {
    defaultTolerations(tolerations);
  }
}
