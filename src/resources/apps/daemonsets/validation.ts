import type {
  IDaemonSetSpec,
  IDaemonSetStatus,
  IDaemonSetUpdateStrategy,
  IRollingUpdateDaemonSet,
} from 'kubernetes-models/apps/v1';
import { type FieldError, FieldPath, invalid, required } from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import {
  type IntOrString,
  intOrPercentValue,
  validateAtMost100Percent,
  validateIntOrPercent,
} from '../../validation/int-or-percent.ts';
import { validateLabelSelector } from '../../validation/label-selector.ts';
import { validatePodTemplateSpec } from '../../validation/pod-spec.ts';
import { isEmptySelector, selectorOf } from '../../validation/selectors.ts';
import { nonNegativeFields, notDecremented, sortedMap } from '../../validation/values.ts';
import {
  unknownStrategy,
  validateRunsForever,
  validateSelectorKept,
} from '../../validation/workload-template.ts';

const counters = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
];

export function validateDaemonSet(object: KubeObject): FieldError[] {
  const path = FieldPath.of('spec');
  const spec = readStruct<IDaemonSetSpec>(object, 'spec');
  const templatePath = path.child('template');
  const template = spec.template ?? {};
  return [
    ...validateSelection(spec, path),
    ...validatePodTemplateSpec(template, templatePath),
    ...validateRunsForever(template, 'DaemonSet', templatePath),
    ...nonNegativeFields(spec, ['minReadySeconds'], path),
    ...validateUpdateStrategy(readStruct(spec, 'updateStrategy'), path.child('updateStrategy')),
    ...nonNegativeFields(spec, ['revisionHistoryLimit'], path),
  ];
}

export const validateDaemonSetUpdate = (object: KubeObject, old: KubeObject): FieldError[] => [
  ...validateSelectorKept(object, old),
  ...validateDaemonSet(object),
];

export function validateDaemonSetStatusUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const path = FieldPath.of('status');
  const status = readStruct<IDaemonSetStatus>(object, 'status');
  const oldStatus = readStruct<IDaemonSetStatus>(old, 'status');
  return [
    ...nonNegativeFields(status, counters, path),
    ...notDecremented(status.collisionCount, oldStatus.collisionCount, path.child('collisionCount')),
  ];
}

/** A missing selector is only noticed by its selecting nothing, as upstream. */
function validateSelection(spec: IDaemonSetSpec, path: FieldPath): FieldError[] {
  const selectorPath = path.child('selector');
  const errors = spec.selector ? validateLabelSelector(spec.selector, selectorPath) : [];
  const selector = selectorOf(spec.selector);
  const labels = spec.template?.metadata?.labels;
  if (selector && !selector.matches(labels)) {
    const detail = '`selector` does not match template `labels`';
    errors.push(invalid(path.child('template', 'metadata', 'labels'), sortedMap(labels), detail));
  }
  if (spec.selector && isEmptySelector(spec.selector)) {
    errors.push(invalid(selectorPath, spec.selector, 'empty selector is invalid for daemonset'));
  }
  return errors;
}

function validateUpdateStrategy(strategy: IDaemonSetUpdateStrategy, path: FieldPath): FieldError[] {
  const { type, rollingUpdate } = strategy;
  switch (type) {
    case 'OnDelete':
      return [];
    case 'RollingUpdate':
      return rollingUpdate
        ? validateRollingUpdate(rollingUpdate, path.child('rollingUpdate'))
        : [required(path.child('rollingUpdate'))];
    default:
      return [unknownStrategy(strategy, ['RollingUpdate', 'OnDelete'], path)];
  }
}

/** Exactly one of the two must leave room for a pod to be replaced. */
function validateRollingUpdate(rollingUpdate: IRollingUpdateDaemonSet, path: FieldPath): FieldError[] {
  const maxUnavailable: IntOrString = rollingUpdate.maxUnavailable ?? 0;
  const maxSurge: IntOrString = rollingUpdate.maxSurge ?? 0;
  const unavailablePath = path.child('maxUnavailable');
  const surgePath = path.child('maxSurge');
  const errors = [
    ...validateIntOrPercent(maxUnavailable, unavailablePath),
    ...validateIntOrPercent(maxSurge, surgePath),
    ...validateAtMost100Percent(maxUnavailable, unavailablePath),
    ...validateAtMost100Percent(maxSurge, surgePath),
  ];
  const hasUnavailable = intOrPercentValue(maxUnavailable) !== 0;
  const hasSurge = intOrPercentValue(maxSurge) !== 0;
  if (hasUnavailable && hasSurge) {
    errors.push(invalid(surgePath, maxSurge, 'may not be set when maxUnavailable is non-zero'));
  } else if (!hasUnavailable && !hasSurge) {
    errors.push(required(unavailablePath, 'cannot be 0 when maxSurge is 0'));
  }
  return errors;
}
