import type { IMetricStatus } from 'kubernetes-models/autoscaling/v2';
import { integerField, quantityField, structField, textField } from './annotation-fields.ts';
import { metricOf, referenceField, withoutAbsent } from './v1-metric-specs.ts';

type Struct = Readonly<Record<string, unknown>>;

/** A measured metric as autoscaling/v1 writes it into its annotation. */
export function metricStatusToV1(status: IMetricStatus): Struct {
  const { type, object, pods, resource, containerResource, external } = status;
  return {
    type,
    ...(object && {
      object: {
        target: object.describedObject,
        metricName: object.metric.name,
        currentValue: object.current.value ?? '0',
        selector: object.metric.selector,
        averageValue: object.current.averageValue,
      },
    }),
    ...(pods && {
      pods: {
        metricName: pods.metric.name,
        currentAverageValue: pods.current.averageValue ?? '0',
        selector: pods.metric.selector,
      },
    }),
    ...(resource && {
      resource: {
        name: resource.name,
        currentAverageUtilization: resource.current.averageUtilization,
        currentAverageValue: resource.current.averageValue ?? '0',
      },
    }),
    ...(containerResource && {
      containerResource: {
        name: containerResource.name,
        currentAverageUtilization: containerResource.current.averageUtilization,
        currentAverageValue: containerResource.current.averageValue ?? '0',
        container: containerResource.container,
      },
    }),
    ...(external && {
      external: {
        metricName: external.metric.name,
        metricSelector: external.metric.selector,
        currentValue: external.current.value ?? '0',
        currentAverageValue: external.current.averageValue,
      },
    }),
  };
}

/** Throws `ShapeError` when the struct has not the shape of a metric. */
export function metricStatusFromV1(struct: Struct): IMetricStatus {
  const object = structField(struct, 'object');
  const pods = structField(struct, 'pods');
  const resource = structField(struct, 'resource');
  const containerResource = structField(struct, 'containerResource');
  const external = structField(struct, 'external');
  return withoutAbsent({
    type: textField(struct, 'type'),
    object: object && {
      describedObject: referenceField(object, 'target'),
      metric: metricOf(object, 'selector'),
      current: currentValue(object, 'averageValue'),
    },
    pods: pods && {
      metric: metricOf(pods, 'selector'),
      current: { averageValue: quantityField(pods, 'currentAverageValue') ?? '0' },
    },
    resource: resource && { name: textField(resource, 'name'), current: currentUse(resource) },
    containerResource: containerResource && {
      name: textField(containerResource, 'name'),
      container: textField(containerResource, 'container'),
      current: currentUse(containerResource),
    },
    external: external && {
      metric: metricOf(external, 'metricSelector'),
      current: currentValue(external, 'currentAverageValue'),
    },
  });
}

const currentValue = (struct: Struct, averageName: string) =>
  withoutAbsent({
    value: quantityField(struct, 'currentValue') ?? '0',
    averageValue: quantityField(struct, averageName),
  });

const currentUse = (struct: Struct) =>
  withoutAbsent({
    averageUtilization: integerField(struct, 'currentAverageUtilization'),
    averageValue: quantityField(struct, 'currentAverageValue') ?? '0',
  });
