import { isRecord, type KubeObject } from '../apimachinery/object.ts';
import type { ScaleSubresource } from '../scheme/definition.ts';
import { formatSelectorText } from './scale-selector.ts';

const part = (object: KubeObject, name: string): Record<string, unknown> => {
  const value = object[name];
  return isRecord(value) ? value : {};
};

const count = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** Workloads that keep their size in `spec.replicas` and `status.replicas` and select pods by `spec.selector`. */
export const scaleByReplicas: ScaleSubresource = {
  kind: 'scale',
  verbs: ['get', 'patch', 'update'],
  selector: (object) => formatSelectorText(part(object, 'spec')['selector']),
  specReplicas: (object) => count(part(object, 'spec')['replicas']),
  statusReplicas: (object) => count(part(object, 'status')['replicas']),
  setReplicas: (object, replicas) => {
    object['spec'] = { ...part(object, 'spec'), replicas };
  },
};
