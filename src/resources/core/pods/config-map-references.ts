import type { IPodSpec } from 'kubernetes-models/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { containersOf } from './containers.ts';

/** The name of every ConfigMap that a pod names, some of them several times. */
export function configMapReferences(pod: KubeObject): string[] {
  const { volumes = [] } = readStruct<IPodSpec>(pod, 'spec');
  const names = [
    ...containersOf(pod).flatMap(({ container: { env = [], envFrom = [] } }) => [
      ...envFrom.map(({ configMapRef }) => configMapRef?.name),
      ...env.map(({ valueFrom }) => valueFrom?.configMapKeyRef?.name),
    ]),
    ...volumes.flatMap(({ configMap, projected }) => [
      configMap?.name,
      ...(projected?.sources ?? []).map((source) => source.configMap?.name),
    ]),
  ];
  return names.filter((name) => name !== undefined && name !== '') as string[];
}
