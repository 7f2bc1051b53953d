import type { ICrossVersionObjectReference, IMetricSpec } from 'kubernetes-models/autoscaling/v2';
import { integerField, quantityField, selectorField, structField, textField } from './annotation-fields.ts';

/*
 * Metrics as autoscaling/v1 writes them into its annotation: each source holds its target in fields of its own.
 * Amounts that are no pointers there are written as 0 when absent.
 */

type Struct = Readonly<Record<string, unknown>>;

export function metricSpecToV1(spec: IMetricSpec): Struct {
  const { type, object, pods, resource, containerResource, external } = spec;
  return {
    type,
    ...(object && {
      object: {
        target: object.describedObject,
        metricName: object.metric.name,
        targetValue: object.target.value ?? '0',
        selector: object.metric.selector,
        averageValue: object.target.averageValue,
      },
    }),
    ...(pods && {
      pods: {
        metricName: pods.metric.name,
        targetAverageValue: pods.target.averageValue ?? '0',
        selector: pods.metric.selector,
      },
    }),
    ...(resource && {
      resource: {
        name: resource.name,
        targetAverageUtilization: resource.target.averageUtilization,
        targetAverageValue: resource.target.averageValue,
      },
    }),
    ...(containerResource && {
      containerResource: {
        name: containerResource.name,
        targetAverageUtilization: containerResource.target.averageUtilization,
        targetAverageValue: containerResource.target.averageValue,
        container: containerResource.container,
      },
    }),
    ...(external && {
      external: {
        metricName: external.metric.name,
        metricSelector: external.metric.selector,
        targetValue: external.target.value,
        targetAverageValue: external.target.averageValue,
      },
    }),
  };
}

/** Throws `ShapeError` when the struct has not the shape of a metric. */
export function metricSpecFromV1(struct: Struct): IMetricSpec {
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
      target: valueTarget(quantityField(object, 'targetValue') ?? '0', quantityField(object, 'averageValue')),
    },
    pods: pods && {
      metric: metricOf(pods, 'selector'),
      target: { type: 'AverageValue', averageValue: quantityField(pods, 'targetAverageValue') ?? '0' },
    },
    resource: resource && { name: textField(resource, 'name'), target: resourceTarget(resource) },
    containerResource: containerResource && {
      name: textField(containerResource, 'name'),
      container: textField(containerResource, 'container'),
      target: resourceTarget(containerResource),
    },
    external: external && {
      metric: metricOf(external, 'metricSelector'),
      target: valueTarget(
        quantityField(external, 'targetValue'),
        quantityField(external, 'targetAverageValue'),
      ),
    },
  });
}

/** The name and selector of a metric. */
export const metricOf = (struct: Struct, selectorName: string) =>
  withoutAbsent({ name: textField(struct, 'metricName'), selector: selectorField(struct, selectorName) });

export function referenceField(struct: Struct, name: string): ICrossVersionObjectReference {
  const reference = structField(struct, name) ?? {};
  return withoutAbsent({
    kind: textField(reference, 'kind'),
    name: textField(reference, 'name'),
    apiVersion: textField(reference, 'apiVersion') || undefined,
  });
}

const valueTarget = (value: string | undefined, averageValue: string | undefined) =>
  withoutAbsent({ type: averageValue === undefined ? 'Value' : 'AverageValue', value, averageValue });

function resourceTarget(struct: Struct) {
  const averageUtilization = integerField(struct, 'targetAverageUtilization');
  const averageValue = quantityField(struct, 'targetAverageValue');
  const type = averageUtilization === undefined ? 'AverageValue' : 'Utilization';
  return withoutAbsent({ type, averageUtilization, averageValue });
}

/** The struct without its absent fields. */
export function withoutAbsent<T extends object>(struct: T): T {
  return Object.fromEntries(Object.entries(struct).filter(([, value]) => value !== undefined)) as T;
}
