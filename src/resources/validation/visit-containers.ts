import type { IContainer, IPodSpec } from 'kubernetes-models/v1';
import type { FieldPath } from '../../apimachinery/field-error.ts';

const containerFields = ['initContainers', 'containers', 'ephemeralContainers'] as const;

/** Every container of a pod with its path: init containers first, then the regular, then the ephemeral ones. */
export function visitContainers(spec: IPodSpec, path: FieldPath): (readonly [IContainer, FieldPath])[] {
  const all: (readonly [IContainer, FieldPath])[] = [];
  for (const field of containerFields) {
    const containers: readonly IContainer[] | undefined = spec[field];
    if (!containers) continue;
    const fieldPath = path.child(field);
    for (let i = 0; i < containers.length; i++) all.push([containers[i]!, fieldPath.index(i)]);
  }
  return all;
}
