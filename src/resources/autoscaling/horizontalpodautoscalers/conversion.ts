import type {
  IHorizontalPodAutoscalerSpec as SpecV1,
  IHorizontalPodAutoscalerStatus as StatusV1,
} from 'kubernetes-models/autoscaling/v1';
import type {
  IHorizontalPodAutoscalerCondition,
  IHorizontalPodAutoscalerSpec,
  IHorizontalPodAutoscalerStatus,
  IMetricSpec,
  IMetricStatus,
} from 'kubernetes-models/autoscaling/v2';
import { isRecord, type KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { ShapeError, structList, textField } from './annotation-fields.ts';
import { cpuUtilizationMetric } from './cpu-metric.ts';
import {
  behaviorAnnotation,
  conditionsAnnotation,
  currentMetricsAnnotation,
  dropAnnotations,
  metricsAnnotation,
  readAnnotation,
  writeAnnotation,
} from './v1-annotations.ts';
import { behaviorFromV1, behaviorToV1 } from './v1-behavior.ts';
import { metricSpecFromV1, metricSpecToV1, withoutAbsent } from './v1-metric-specs.ts';
import { metricStatusFromV1, metricStatusToV1 } from './v1-metric-statuses.ts';

type Struct = Readonly<Record<string, unknown>>;

/** From autoscaling/v1: what it keeps in annotations becomes fields. Annotations that cannot be read are passed over. */
export function toStored(object: KubeObject): KubeObject {
  const { targetCPUUtilizationPercentage, ...spec } = readStruct<SpecV1>(object, 'spec');
  const { currentCPUUtilizationPercentage, currentReplicas, ...status } = readStruct<StatusV1>(
    object,
    'status',
  );
  const metrics = fromList(object, metricsAnnotation, metricSpecFromV1) ?? [];
  if (targetCPUUtilizationPercentage !== undefined) {
    metrics.push(cpuUtilizationMetric(targetCPUUtilizationPercentage));
  }
  const currentMetrics =
    fromList(object, currentMetricsAnnotation, metricStatusFromV1) ??
    cpuStatus(currentCPUUtilizationPercentage);
  object['spec'] = withoutAbsent({
    ...spec,
    metrics: metrics.length > 0 ? metrics : [cpuUtilizationMetric()],
    behavior: readBehavior(object),
  });
  object['status'] = withoutAbsent({
    ...status,
    // v1 always shows the number, v2 only when there is something to count.
    currentReplicas: currentReplicas || undefined,
    currentMetrics,
    conditions: fromList(object, conditionsAnnotation, conditionFromV1),
  });
  dropAnnotations(object);
  return object;
}

/** To autoscaling/v1: what it has no fields for goes into annotations. */
export function fromStored(object: KubeObject): KubeObject {
  const { metrics = [], behavior, ...spec } = readStruct<IHorizontalPodAutoscalerSpec>(object, 'spec');
  const {
    currentMetrics: storedMetrics,
    conditions = [],
    currentReplicas = 0,
    ...status
  } = readStruct<IHorizontalPodAutoscalerStatus>(object, 'status');
  // Stored as null when there are none.
  const currentMetrics = storedMetrics ?? [];
  dropAnnotations(object);
  object['spec'] = withoutAbsent({ ...spec, targetCPUUtilizationPercentage: cpuTarget(metrics) });
  object['status'] = withoutAbsent({
    ...status,
    currentReplicas,
    currentCPUUtilizationPercentage: cpuUse(currentMetrics),
  });

  const others = metrics.filter((metric) => !isCpuUtilization(metric)).map(metricSpecToV1);
  if (others.length > 0) writeAnnotation(object, metricsAnnotation, others);
  // Written even when it is CPU only: the field of v1 has no room for the plain amount.
  if (currentMetrics.length > 0) {
    writeAnnotation(object, currentMetricsAnnotation, currentMetrics.map(metricStatusToV1));
  }
  if (conditions.length > 0) writeAnnotation(object, conditionsAnnotation, conditions.map(conditionToV1));
  if (behavior) writeAnnotation(object, behaviorAnnotation, behaviorToV1(behavior));
  return object;
}

const isCpuUtilization = ({ type, resource }: IMetricSpec) =>
  type === 'Resource' && resource?.name === 'cpu' && resource.target?.averageUtilization !== undefined;

/** Of the first CPU metric, if that is a utilization. */
const cpuTarget = (metrics: readonly IMetricSpec[]) =>
  metrics.find(({ type, resource }) => type === 'Resource' && resource?.name === 'cpu')?.resource?.target
    ?.averageUtilization;

/** Of the last CPU metric that has one. */
const cpuUse = (statuses: readonly IMetricStatus[]) =>
  statuses
    .filter(({ type, resource }) => type === 'Resource' && resource?.name === 'cpu')
    .map(({ resource }) => resource?.current?.averageUtilization)
    .findLast((utilization) => utilization !== undefined);

const cpuStatus = (averageUtilization: number | undefined): IMetricStatus[] | undefined =>
  averageUtilization === undefined
    ? undefined
    : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization } } }];

const conditionToV1 = (condition: IHorizontalPodAutoscalerCondition): Struct => {
  const { type, status, lastTransitionTime = null, reason, message } = condition;
  return { type, status, lastTransitionTime, reason, message };
};

const conditionFromV1 = (struct: Struct): IHorizontalPodAutoscalerCondition =>
  withoutAbsent({
    type: textField(struct, 'type'),
    status: textField(struct, 'status'),
    lastTransitionTime: textField(struct, 'lastTransitionTime') || undefined,
    reason: textField(struct, 'reason') || undefined,
    message: textField(struct, 'message') || undefined,
  });

function fromList<T>(object: KubeObject, annotation: string, read: (struct: Struct) => T): T[] | undefined {
  const json = readAnnotation(object, annotation);
  return json === undefined ? undefined : orAbsent(() => structList(json).map(read));
}

function readBehavior(object: KubeObject) {
  const json = readAnnotation(object, behaviorAnnotation);
  return isRecord(json) ? orAbsent(() => behaviorFromV1(json)) : undefined;
}

function orAbsent<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ShapeError) return undefined;
    throw error;
  }
}
