import type { IIngressClass } from 'kubernetes-models/networking.k8s.io/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';

export function defaults(object: KubeObject): void {
  const parameters = (object as unknown as IIngressClass).spec?.parameters;
  if (parameters) parameters.scope ??= 'Cluster';
}
