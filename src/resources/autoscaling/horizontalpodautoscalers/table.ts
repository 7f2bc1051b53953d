import type {
  IHorizontalPodAutoscalerSpec,
  IHorizontalPodAutoscalerStatus,
  IMetricSpec,
  IMetricStatus,
  IMetricTarget,
  IMetricValueStatus,
} from 'kubernetes-models/autoscaling/v2';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, firstOf, nameColumn, none, unknown, unset } from '../../cells.ts';
import { readStruct } from '../../struct-fields.ts';

const maxShownTargets = 2;

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('Reference', 'What is scaled.'),
    column('Targets', 'Each metric as measured, and as it should be.'),
    column('MinPods', 'Fewest pods.'),
    column('MaxPods', 'Most pods.'),
    column('Replicas', 'Pods at the last look.'),
    ageColumn,
  ],
  row: (object, nowMs) => {
    const spec = readStruct<IHorizontalPodAutoscalerSpec>(object, 'spec');
    const status = readStruct<IHorizontalPodAutoscalerStatus>(object, 'status');
    const { kind = '', name = '' } = spec.scaleTargetRef ?? {};
    return {
      cells: [
        object.metadata.name ?? '',
        `${kind}/${name}`,
        targetsText(spec.metrics ?? [], status.currentMetrics ?? []),
        spec.minReplicas === undefined ? unset : String(spec.minReplicas),
        spec.maxReplicas ?? 0,
        status.currentReplicas ?? 0,
        age(object, nowMs),
      ],
    };
  },
};

function targetsText(metrics: readonly IMetricSpec[], statuses: readonly IMetricStatus[]): string {
  if (metrics.length === 0) return none;
  return firstOf(
    metrics.map((metric, i) => targetText(metric, statuses[i])),
    maxShownTargets,
    ', ',
  );
}

function targetText(metric: IMetricSpec, status: IMetricStatus | undefined): string {
  const { external, object, pods, resource, containerResource } = metric;
  switch (metric.type) {
    case 'External':
      return valueText(external?.target, status?.external?.current);
    case 'Object':
      return valueText(object?.target, status?.object?.current);
    case 'Pods':
      return `${status?.pods?.current?.averageValue ?? unknown}/${pods?.target?.averageValue ?? '0'}`;
    case 'Resource':
      return `${resource?.name}: ${useText(resource?.target, status?.resource?.current)}`;
    case 'ContainerResource':
      return `${containerResource?.name}: ${useText(containerResource?.target, status?.containerResource?.current)}`;
    default:
      return '<unknown type>';
  }
}

function valueText(target: IMetricTarget | undefined, current: IMetricValueStatus | undefined): string {
  return target?.averageValue === undefined
    ? `${current?.value ?? unknown}/${target?.value ?? '0'}`
    : `${current?.averageValue ?? unknown}/${target.averageValue} (avg)`;
}

function useText(target: IMetricTarget | undefined, current: IMetricValueStatus | undefined): string {
  if (target?.averageValue !== undefined) return `${current?.averageValue ?? unknown}/${target.averageValue}`;
  const percent = (value: number | undefined, absent: string) => (value === undefined ? absent : `${value}%`);
  return `${percent(current?.averageUtilization, unknown)}/${percent(target?.averageUtilization, '<auto>')}`;
}
