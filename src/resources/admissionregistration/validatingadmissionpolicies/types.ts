import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import type { PolicySpec } from '../types.ts';

export interface Validation {
  expression?: string;
  message?: string;
  reason?: string;
  messageExpression?: string;
}

export interface AuditAnnotation {
  key?: string;
  valueExpression?: string;
}

/** `admissionregistration.k8s.io/v1` ValidatingAdmissionPolicySpec. */
export interface ValidatingPolicySpec extends PolicySpec {
  validations?: Validation[];
  auditAnnotations?: AuditAnnotation[];
}

export const specOf = (policy: KubeObject): ValidatingPolicySpec => readStruct(policy, 'spec');
