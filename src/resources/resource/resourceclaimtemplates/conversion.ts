import type { KubeObject } from '../../../apimachinery/object.ts';
import { claimSpecFromV1beta1, claimSpecToV1beta1 } from '../claim-v1beta1.ts';
import { claimSpecOf } from './types.ts';

export function fromV1beta1(template: KubeObject): KubeObject {
  claimSpecFromV1beta1(claimSpecOf(template));
  return template;
}

export function toV1beta1(template: KubeObject): KubeObject {
  claimSpecToV1beta1(claimSpecOf(template));
  return template;
}
