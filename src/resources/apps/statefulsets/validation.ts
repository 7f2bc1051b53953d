import type {
  IStatefulSetPersistentVolumeClaimRetentionPolicy,
  IStatefulSetSpec,
  IStatefulSetStatus,
  IStatefulSetUpdateStrategy,
} from 'kubernetes-models/apps/v1';
import {
  type FieldError,
  FieldPath,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../../apimachinery/field-error.ts';
import { isDNS1123Label } from '../../../apimachinery/names.ts';
import { jsonEqual, type KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { validatePersistentVolumeClaimSpec } from '../../validation/claim-spec.ts';
import { type CounterOrder, validateCounterOrder } from '../../validation/counters.ts';
import {
  intOrPercentValue,
  validateAtMost100Percent,
  validateIntOrPercent,
} from '../../validation/int-or-percent.ts';
import { invalidFor, nonNegative, nonNegativeFields, notDecremented } from '../../validation/values.ts';
import { validateWorkloadSelector } from '../../validation/workload-template.ts';
import { validateStatefulTemplate } from './template.ts';

const specPath = FieldPath.of('spec');
const retentionPolicies = ['Retain', 'Delete'];
/** Fields that an update may change. */
const mutableFields = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];
const immutableMessage =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
const counters = [
  'replicas',
  'readyReplicas',
  'currentReplicas',
  'updatedReplicas',
  'availableReplicas',
  'observedGeneration',
  'collisionCount',
];
const counterOrder: readonly CounterOrder[] = [
  ['readyReplicas', 'replicas', 'status.replicas'],
  ['currentReplicas', 'replicas', 'status.replicas'],
  ['updatedReplicas', 'replicas', 'status.replicas'],
  ['availableReplicas', 'replicas', 'status.replicas'],
  ['availableReplicas', 'readyReplicas', 'status.readyReplicas'],
];

export function validateStatefulSet(object: KubeObject): FieldError[] {
  const spec = readStruct<IStatefulSetSpec>(object, 'spec');
  return [
    ...validatePolicies(spec),
    ...(spec.volumeClaimTemplates ?? []).flatMap((claim, i) =>
      validatePersistentVolumeClaimSpec(
        readStruct(claim, 'spec'),
        specPath.child('volumeClaimTemplates').index(i).child('spec'),
      ),
    ),
    ...validateCounts(spec),
    ...(spec.serviceName
      ? invalidFor(isDNS1123Label(spec.serviceName), spec.serviceName, specPath.child('serviceName'))
      : []),
    ...validatePods(spec, { checkTemplate: true }),
  ];
}

/** What cannot be changed any more is not validated again, and a template that was already bad is let be. */
export function validateStatefulSetUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const spec = readStruct<IStatefulSetSpec>(object, 'spec');
  const oldSpec = readStruct<IStatefulSetSpec>(old, 'spec');
  const checkTemplate = validateSpec(oldSpec, { checkTemplate: true }).length === 0;
  const errors = validateSpec(spec, { checkTemplate });
  if (!jsonEqual(withoutMutable(spec), withoutMutable(oldSpec))) {
    errors.push(forbidden(specPath, immutableMessage));
  }
  return errors;
}

export function validateStatefulSetStatusUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const path = FieldPath.of('status');
  const status = readStruct<IStatefulSetStatus>(object, 'status');
  const oldStatus = readStruct<IStatefulSetStatus>(old, 'status');
  return [
    ...nonNegativeFields(status, counters, path),
    ...validateCounterOrder(status, counterOrder, path),
    ...notDecremented(status.collisionCount, oldStatus.collisionCount, path.child('collisionCount')),
  ];
}

const withoutMutable = (spec: IStatefulSetSpec) =>
  Object.fromEntries(Object.entries(spec).filter(([name]) => !mutableFields.includes(name)));

interface SpecOptions {
  readonly checkTemplate: boolean;
}

const validateSpec = (spec: IStatefulSetSpec, options: SpecOptions): FieldError[] => [
  ...validatePolicies(spec),
  ...validateCounts(spec),
  ...validatePods(spec, options),
];

const validatePolicies = (spec: IStatefulSetSpec): FieldError[] => [
  ...validateManagementPolicy(spec.podManagementPolicy ?? '', specPath.child('podManagementPolicy')),
  ...validateUpdateStrategy(readStruct(spec, 'updateStrategy'), specPath.child('updateStrategy')),
  ...validateRetention(spec.persistentVolumeClaimRetentionPolicy),
];

const validateCounts = (spec: IStatefulSetSpec): FieldError[] => [
  ...nonNegativeFields(spec, ['replicas', 'minReadySeconds'], specPath),
  ...nonNegative(spec.ordinals?.start, specPath.child('ordinals.start')),
];

const validatePods = (spec: IStatefulSetSpec, { checkTemplate }: SpecOptions): FieldError[] => [
  ...validateWorkloadSelector(spec.selector, 'statefulset', specPath.child('selector')),
  ...validateStatefulTemplate(spec, checkTemplate, specPath),
];

function validateManagementPolicy(policy: string, path: FieldPath): FieldError[] {
  if (policy === '') return [required(path)];
  return policy === 'OrderedReady' || policy === 'Parallel'
    ? []
    : [invalid(path, policy, "must be 'OrderedReady' or 'Parallel'")];
}

function validateUpdateStrategy(strategy: IStatefulSetUpdateStrategy, path: FieldPath): FieldError[] {
  const { rollingUpdate } = strategy;
  const type: string = strategy.type ?? '';
  // The internal type has no JSON names, and that is what the reference server prints.
  const printedUpdate = rollingUpdate
    ? { Partition: rollingUpdate.partition ?? 0, MaxUnavailable: rollingUpdate.maxUnavailable ?? null }
    : null;
  switch (type) {
    case '':
      return [required(path)];
    case 'OnDelete':
      return rollingUpdate
        ? [
            invalid(
              path.child('rollingUpdate'),
              printedUpdate,
              "only allowed for updateStrategy 'RollingUpdate'",
            ),
          ]
        : [];
    case 'RollingUpdate':
      return rollingUpdate ? validateRollingUpdate(rollingUpdate, path.child('rollingUpdate')) : [];
    default: {
      const printed = { Type: type, RollingUpdate: printedUpdate };
      return [invalid(path, printed, "must be 'RollingUpdate' or 'OnDelete'")];
    }
  }
}

function validateRollingUpdate(
  { partition, maxUnavailable }: NonNullable<IStatefulSetUpdateStrategy['rollingUpdate']>,
  path: FieldPath,
): FieldError[] {
  const errors = nonNegative(partition, path.child('partition'));
  if (maxUnavailable === undefined) return errors;
  const unavailablePath = path.child('maxUnavailable');
  errors.push(...validateIntOrPercent(maxUnavailable, unavailablePath));
  if (intOrPercentValue(maxUnavailable) === 0) {
    errors.push(invalid(unavailablePath, maxUnavailable, 'cannot be 0'));
  }
  return [...errors, ...validateAtMost100Percent(maxUnavailable, unavailablePath)];
}

function validateRetention(
  policy: IStatefulSetPersistentVolumeClaimRetentionPolicy | undefined,
): FieldError[] {
  if (!policy) return [];
  const path = specPath.child('persistentVolumeClaimRetentionPolicy');
  return (['whenDeleted', 'whenScaled'] as const)
    .map((name) => ({ name, value: policy[name] ?? '' }))
    .filter(({ value }) => !retentionPolicies.includes(value))
    .map(({ name, value }) => notSupported(path.child(name), value, retentionPolicies));
}
