import type { IContainer, IPodSpec } from 'kubernetes-models/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';

export type ContainerKind = 'containers' | 'initContainers' | 'ephemeralContainers';

export interface PodContainer {
  /** The list it stands in. */
  readonly kind: ContainerKind;
  readonly index: number;
  readonly container: IContainer;
}

const allKinds: readonly ContainerKind[] = ['containers', 'initContainers', 'ephemeralContainers'];

/** Every container of a pod, list by list: the one place that knows where containers stand. */
export function containersOf(pod: KubeObject, kinds: readonly ContainerKind[] = allKinds): PodContainer[] {
  const spec = readStruct<IPodSpec>(pod, 'spec');
  return kinds.flatMap((kind) =>
    ((spec[kind] ?? []) as IContainer[]).map((container, index) => ({ kind, index, container })),
  );
}
