import type { KubeObject } from '../../../apimachinery/object.ts';
import { defaultClaimSpec } from '../claim-spec.ts';
import { defaultClaimSpecV1beta1 } from '../claim-v1beta1.ts';
import { claimSpecOf } from './types.ts';

/** v1 and v1beta2 */
export const defaults = (template: KubeObject): void => defaultClaimSpec(claimSpecOf(template));

export const defaultsV1beta1 = (template: KubeObject): void => defaultClaimSpecV1beta1(claimSpecOf(template));
