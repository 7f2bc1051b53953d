import type { IPodSpec, IToleration } from 'kubernetes-models/v1';
import type { KubeObject } from '../../apimachinery/object.ts';
import { containersOf } from '../../resources/core/pods/containers.ts';
import { isExtendedResource } from '../../resources/validation/resource-names.ts';
import { concernsMain, pods } from '../request.ts';
import { specOf } from '../structs.ts';
import type { AdmissionPluginFactory } from '../types.ts';

/** Pods that ask for a device tolerate the taint of the same name, which keeps others off the nodes that have it. */
export const extendedResourceToleration: AdmissionPluginFactory = () => ({
  name: 'ExtendedResourceToleration',
  mutate: (request) => {
    const { object } = request;
    if (!object || !concernsMain(request, pods)) return;
    for (const resource of extendedResources(object)) tolerate(specOf<IPodSpec>(object), resource);
  },
});

function extendedResources(pod: KubeObject): string[] {
  const names = containersOf(pod, ['containers', 'initContainers']).flatMap(({ container }) =>
    Object.keys(container.resources?.requests ?? {}),
  );
  return [...new Set(names.filter(isExtendedResource))].sort();
}

function tolerate(spec: IPodSpec, key: string): void {
  const toleration: IToleration = { key, operator: 'Exists', effect: 'NoSchedule' };
  const given = spec.tolerations ?? [];
  const isSame = ({ key: other, operator, effect, value = '' }: IToleration) =>
    other === key && operator === 'Exists' && effect === 'NoSchedule' && value === '';
  if (given.some((other) => isSame(other) && other.tolerationSeconds === undefined)) return;
  const others = given.map((other) => (isSame(other) ? toleration : other));
  spec.tolerations = others.includes(toleration) ? others : [...others, toleration];
}
