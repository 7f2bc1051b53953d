import type { IMetricSpec } from 'kubernetes-models/autoscaling/v2';

const defaultUtilizationPercent = 80;

/** The one metric that autoscaling/v1 can express: mean CPU use in percent of what the pods request. */
export const cpuUtilizationMetric = (averageUtilization = defaultUtilizationPercent): IMetricSpec => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
});
