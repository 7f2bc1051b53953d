import { type FieldError, FieldPath, required } from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { type Condition, validateConditions } from '../../validation/conditions.ts';

interface PolicyStatus {
  typeChecking?: { expressionWarnings?: { fieldRef?: string; warning?: string }[] };
  conditions?: Condition[];
}

const path = FieldPath.of('status');

export function validatePolicyStatus(policy: KubeObject): FieldError[] {
  const { typeChecking, conditions = [] } = readStruct<PolicyStatus>(policy, 'status');
  const warningsPath = path.child('typeChecking', 'expressionWarnings');
  return [
    ...(typeChecking?.expressionWarnings ?? []).flatMap(({ fieldRef = '', warning = '' }, i) => [
      ...(warning === '' ? [required(warningsPath.index(i).child('warning'))] : []),
      ...(fieldRef.trim() === '' ? [required(warningsPath.index(i).child('fieldRef'))] : []),
    ]),
    ...validateConditions(conditions, path.child('conditions')),
  ];
}
