import type { IReplicaSetSpec, IReplicaSetStatus } from 'kubernetes-models/apps/v1';
import { type FieldError, FieldPath } from '../../../apimachinery/field-error.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { nonNegativeFields } from '../../validation/values.ts';
import { type CounterOrder, validateCounterOrder } from '../status-validation.ts';
import { validateReplicaTemplate } from '../template-validation.ts';

const counters = [
  'replicas',
  'fullyLabeledReplicas',
  'readyReplicas',
  'availableReplicas',
  'observedGeneration',
];
const counterOrder: readonly CounterOrder[] = [
  ['fullyLabeledReplicas', 'replicas', 'status.replicas'],
  ['readyReplicas', 'replicas', 'status.replicas'],
  ['availableReplicas', 'replicas', 'status.replicas'],
  ['availableReplicas', 'readyReplicas', 'readyReplicas'],
];

export function validateReplicaSet(object: KubeObject): FieldError[] {
  const path = FieldPath.of('spec');
  const spec = readStruct<IReplicaSetSpec>(object, 'spec');
  return [
    ...nonNegativeFields(spec, ['replicas', 'minReadySeconds'], path),
    ...validateReplicaTemplate(spec, path),
  ];
}

export function validateReplicaSetUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const { selector } = readStruct<IReplicaSetSpec>(object, 'spec');
  const { selector: oldSelector } = readStruct<IReplicaSetSpec>(old, 'spec');
  return [
    ...validateReplicaSet(object),
    ...validateImmutableField(selector, oldSelector, FieldPath.of('spec', 'selector')),
  ];
}

export function validateReplicaSetStatusUpdate(object: KubeObject): FieldError[] {
  const path = FieldPath.of('status');
  const status = readStruct<IReplicaSetStatus>(object, 'status');
  return [...nonNegativeFields(status, counters, path), ...validateCounterOrder(status, counterOrder, path)];
}
