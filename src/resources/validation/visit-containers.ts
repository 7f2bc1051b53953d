import type { IContainer, IPodSpec } from 'kubernetes-models/v1';
import type { FieldPath } from '../../apimachinery/field-error.ts';

/** Every container of a pod with its path: init containers first, then the regular, then the ephemeral ones. */
export function* visitContainers(
  spec: IPodSpec,
  path: FieldPath,
): Generator<readonly [IContainer, FieldPath]> {
  for (const field of ['initContainers', 'containers', 'ephemeralContainers'] as const) {
    for (const [i, container] of (spec[field] ?? []).entries()) yield [container, path.child(field).index(i)];
  }
}
