import type { IHorizontalPodAutoscalerSpec, IHPAScalingRules } from 'kubernetes-models/autoscaling/v2';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { structIn } from '../../struct-fields.ts';
import { cpuUtilizationMetric } from './cpu-metric.ts';

const defaultMinReplicas = 1;
const defaultScaleUp: Required<Omit<IHPAScalingRules, 'tolerance'>> = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};
/** Without a stabilization window: the controller has one of its own. */
const defaultScaleDown: Omit<IHPAScalingRules, 'tolerance'> = {
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
};

/** autoscaling/v2 */
export function defaults(object: KubeObject): void {
  const spec = structIn<IHorizontalPodAutoscalerSpec>(object, 'spec');
  spec.minReplicas ??= defaultMinReplicas;
  if (!spec.metrics?.length) spec.metrics = [cpuUtilizationMetric()];
  if (!spec.behavior) return;
  spec.behavior.scaleUp = { ...structuredClone(defaultScaleUp), ...spec.behavior.scaleUp };
  spec.behavior.scaleDown = { ...structuredClone(defaultScaleDown), ...spec.behavior.scaleDown };
}

/** autoscaling/v1: the metric is filled in by the conversion, which sees the annotations. */
export function defaultsV1(object: KubeObject): void {
  structIn<{ minReplicas?: number }>(object, 'spec').minReplicas ??= defaultMinReplicas;
}
