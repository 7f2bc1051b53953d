import type {
  IDeploymentSpec,
  IDeploymentStatus,
  IDeploymentStrategy,
  IRollingUpdateDeployment,
} from 'kubernetes-models/apps/v1';
import {
  type FieldError,
  FieldPath,
  forbidden,
  invalid,
  required,
} from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { type CounterOrder, validateCounterOrder } from '../../validation/counters.ts';
import {
  type IntOrString,
  intOrPercentValue,
  validateAtMost100Percent,
  validateIntOrPercent,
} from '../../validation/int-or-percent.ts';
import { nonNegative, nonNegativeFields, notDecremented } from '../../validation/values.ts';
import {
  unknownStrategy,
  validateReplicaTemplate,
  validateSelectorKept,
} from '../../validation/workload-template.ts';

const strategyTypes = ['Recreate', 'RollingUpdate'];
const counters = [
  'observedGeneration',
  'replicas',
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'unavailableReplicas',
  'terminatingReplicas',
  'collisionCount',
];
const counterOrder: readonly CounterOrder[] = [
  ['updatedReplicas', 'replicas', 'status.replicas'],
  ['readyReplicas', 'replicas', 'status.replicas'],
  ['availableReplicas', 'replicas', 'status.replicas'],
  ['availableReplicas', 'readyReplicas', 'readyReplicas'],
];

export function validateDeployment(object: KubeObject): FieldError[] {
  return validateSpec(readStruct<IDeploymentSpec>(object, 'spec'), FieldPath.of('spec'));
}

export const validateDeploymentUpdate = (object: KubeObject, old: KubeObject): FieldError[] => [
  ...validateDeployment(object),
  ...validateSelectorKept(object, old),
];

export function validateDeploymentStatusUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const path = FieldPath.of('status');
  const status = readStruct<IDeploymentStatus>(object, 'status');
  const oldStatus = readStruct<IDeploymentStatus>(old, 'status');
  return [
    ...nonNegativeFields(status, counters, path),
    ...validateCounterOrder(status, counterOrder, path),
    ...notDecremented(status.collisionCount, oldStatus.collisionCount, path.child('collisionCount')),
  ];
}

function validateSpec(spec: IDeploymentSpec, path: FieldPath): FieldError[] {
  const errors = [
    ...nonNegative(spec.replicas, path.child('replicas')),
    ...validateReplicaTemplate(spec, path),
    ...validateStrategy(readStruct<IDeploymentStrategy>(spec, 'strategy'), path.child('strategy')),
    ...nonNegativeFields(spec, ['minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'], path),
  ];
  const { progressDeadlineSeconds, minReadySeconds = 0 } = spec;
  if (progressDeadlineSeconds !== undefined && progressDeadlineSeconds <= minReadySeconds) {
    const deadlinePath = path.child('progressDeadlineSeconds');
    errors.push(invalid(deadlinePath, progressDeadlineSeconds, 'must be greater than minReadySeconds'));
  }
  return errors;
}

function validateStrategy(strategy: IDeploymentStrategy, path: FieldPath): FieldError[] {
  const { type, rollingUpdate } = strategy;
  const rollingPath = path.child('rollingUpdate');
  switch (type) {
    case 'Recreate':
      return rollingUpdate
        ? [forbidden(rollingPath, "may not be specified when strategy `type` is 'Recreate'")]
        : [];
    case 'RollingUpdate':
      return rollingUpdate
        ? validateRollingUpdate(rollingUpdate, rollingPath)
        : [required(rollingPath, 'this should be defaulted and never be nil')];
    default:
      return [unknownStrategy(strategy, strategyTypes, path)];
  }
}

function validateRollingUpdate(rollingUpdate: IRollingUpdateDeployment, path: FieldPath): FieldError[] {
  const maxUnavailable: IntOrString = rollingUpdate.maxUnavailable ?? 0;
  const maxSurge: IntOrString = rollingUpdate.maxSurge ?? 0;
  const unavailablePath = path.child('maxUnavailable');
  const errors = [
    ...validateIntOrPercent(maxUnavailable, unavailablePath),
    ...validateIntOrPercent(maxSurge, path.child('maxSurge')),
  ];
  if (intOrPercentValue(maxUnavailable) === 0 && intOrPercentValue(maxSurge) === 0) {
    errors.push(invalid(unavailablePath, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  }
  return [...errors, ...validateAtMost100Percent(maxUnavailable, unavailablePath)];
}
