import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import type { PolicySpec } from '../types.ts';

export interface Mutation {
  patchType?: string;
  applyConfiguration?: { expression?: string };
  jsonPatch?: { expression?: string };
}

/** `admissionregistration.k8s.io/v1` MutatingAdmissionPolicySpec. */
export interface MutatingPolicySpec extends PolicySpec {
  mutations?: Mutation[];
  reinvocationPolicy?: string;
}

export const specOf = (policy: KubeObject): MutatingPolicySpec => readStruct(policy, 'spec');
