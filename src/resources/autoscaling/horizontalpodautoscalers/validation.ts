import type {
  ICrossVersionObjectReference,
  IHorizontalPodAutoscalerSpec,
  IHorizontalPodAutoscalerStatus,
  IMetricSpec,
} from 'kubernetes-models/autoscaling/v2';
import {
  type FieldError,
  FieldPath,
  forbidden,
  invalid,
  required,
} from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { nonNegativeFields } from '../../validation/values.ts';
import { validateBehavior } from './behavior-validation.ts';
import { validateMetric } from './metric-validation.ts';
import { apiVersionError, type ReferenceOptions, validateReference } from './reference-validation.ts';

const specPath = FieldPath.of('spec');
/** Objects of the core group, such as services, may be measured. */
const measuredObjectOptions: ReferenceOptions = { allowInvalidApiVersion: false, allowEmptyApiGroup: true };

export const validateAutoscaler = (object: KubeObject): FieldError[] => validate(object);

export const validateAutoscalerUpdate = (object: KubeObject, old: KubeObject): FieldError[] =>
  validate(object, old);

export const validateAutoscalerStatusUpdate = (object: KubeObject): FieldError[] =>
  nonNegativeFields(
    readStruct<IHorizontalPodAutoscalerStatus>(object, 'status'),
    ['currentReplicas', 'desiredReplicas'],
    FieldPath.of('status'),
  );

function validate(object: KubeObject, old?: KubeObject): FieldError[] {
  const spec = readStruct<IHorizontalPodAutoscalerSpec>(object, 'spec');
  const oldSpec = old && readStruct<IHorizontalPodAutoscalerSpec>(old, 'spec');
  const target = readStruct<ICrossVersionObjectReference>(spec, 'scaleTargetRef');
  return [
    ...validateReplicas(spec, oldSpec?.minReplicas === 0 ? 0 : 1),
    ...validateReference(
      target,
      targetOptions(target, oldSpec?.scaleTargetRef),
      specPath.child('scaleTargetRef'),
    ),
    ...validateMetrics(spec, oldSpec?.metrics ?? []),
    ...(spec.behavior ? validateBehavior(spec.behavior, specPath.child('behavior')) : []),
  ];
}

function validateReplicas(
  { minReplicas, maxReplicas = 0 }: IHorizontalPodAutoscalerSpec,
  lowerBound: number,
): FieldError[] {
  const maxPath = specPath.child('maxReplicas');
  const errors: FieldError[] = [];
  if (minReplicas !== undefined && minReplicas < lowerBound) {
    const detail = `must be greater than or equal to ${lowerBound}`;
    errors.push(invalid(specPath.child('minReplicas'), minReplicas, detail));
  }
  if (maxReplicas === 0) errors.push(required(maxPath, 'must be set and greater than 0'));
  if (maxReplicas < 0) errors.push(invalid(maxPath, maxReplicas, 'must be greater than or equal to 1'));
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    errors.push(invalid(maxPath, maxReplicas, 'must be greater than or equal to `minReplicas`'));
  }
  return errors;
}

/** A target that stays what it was is not looked at again; the only scalable kind of the core group needs no group. */
function targetOptions(
  target: ICrossVersionObjectReference,
  old: ICrossVersionObjectReference | undefined,
): ReferenceOptions {
  const same = old !== undefined && old.apiVersion === target.apiVersion && old.kind === target.kind;
  return {
    allowInvalidApiVersion: same,
    allowEmptyApiGroup: target.kind === 'ReplicationController',
  };
}

function validateMetrics(
  { metrics = [], minReplicas }: IHorizontalPodAutoscalerSpec,
  old: readonly IMetricSpec[],
): FieldError[] {
  const path = specPath.child('metrics');
  const wasInvalid = old.some(
    ({ type, object }) =>
      type === 'Object' && object && apiVersionError(object.describedObject, measuredObjectOptions),
  );
  const options = { ...measuredObjectOptions, allowInvalidApiVersion: wasInvalid };
  const errors = metrics.flatMap((metric, i) => validateMetric(metric, options, path.index(i)));
  const measuresOutside = metrics.some(({ type }) => type === 'Object' || type === 'External');
  if (minReplicas === 0 && !measuresOutside) {
    const detail = 'must specify at least one Object or External metric to support scaling to zero replicas';
    errors.push(forbidden(path, detail));
  }
  return errors;
}
