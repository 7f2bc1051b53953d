import type { KubeObject } from '../../../apimachinery/object.ts';

/** Where autoscaling/v1 keeps what it has no fields for. */
export const metricsAnnotation = 'autoscaling.alpha.kubernetes.io/metrics';
export const behaviorAnnotation = 'autoscaling.alpha.kubernetes.io/behavior';
export const currentMetricsAnnotation = 'autoscaling.alpha.kubernetes.io/current-metrics';
export const conditionsAnnotation = 'autoscaling.alpha.kubernetes.io/conditions';

const all = [metricsAnnotation, behaviorAnnotation, currentMetricsAnnotation, conditionsAnnotation];

/** Takes the annotations away: stored objects have the fields themselves. */
export function dropAnnotations({ metadata }: KubeObject): void {
  const { annotations } = metadata;
  if (!annotations || !all.some((name) => Object.hasOwn(annotations, name))) return;
  const kept = Object.entries(annotations).filter(([name]) => !all.includes(name));
  if (kept.length > 0) metadata.annotations = Object.fromEntries(kept);
  else delete metadata.annotations;
}

/** The JSON in an annotation, or undefined when there is none or it cannot be read. */
export function readAnnotation({ metadata }: KubeObject, name: string): unknown {
  const { annotations } = metadata;
  if (!annotations || !Object.hasOwn(annotations, name)) return undefined;
  try {
    return JSON.parse(annotations[name]!);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function writeAnnotation(object: KubeObject, name: string, value: unknown): void {
  object.metadata.annotations = { ...object.metadata.annotations, [name]: JSON.stringify(value) };
}
