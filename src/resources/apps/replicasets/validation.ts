import type { IReplicaSetSpec } from 'kubernetes-models/apps/v1';
import { type FieldError, FieldPath } from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { validateReplicaCounters } from '../../validation/counters.ts';
import { nonNegativeFields } from '../../validation/values.ts';
import { validateReplicaTemplate, validateSelectorKept } from '../../validation/workload-template.ts';

export function validateReplicaSet(object: KubeObject): FieldError[] {
  const path = FieldPath.of('spec');
  const spec = readStruct<IReplicaSetSpec>(object, 'spec');
  return [
    ...nonNegativeFields(spec, ['replicas', 'minReadySeconds'], path),
    ...validateReplicaTemplate(spec, path),
  ];
}

export const validateReplicaSetUpdate = (object: KubeObject, old: KubeObject): FieldError[] => [
  ...validateReplicaSet(object),
  ...validateSelectorKept(object, old),
];

export const validateReplicaSetStatusUpdate = (object: KubeObject): FieldError[] =>
  validateReplicaCounters(readStruct(object, 'status'), FieldPath.of('status'));
