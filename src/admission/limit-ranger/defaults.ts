import type { IContainer, ILimitRangeItem } from 'kubernetes-models/v1';
import { type KubeObject, setOwn } from '../../apimachinery/object.ts';
import { containersOf } from '../../resources/core/pods/containers.ts';
import type { Amounts } from '../amounts.ts';

const annotation = 'kubernetes.io/limit-ranger';

/** Fills the requests and limits that containers leave open, and notes in an annotation what was filled. */
export function setDefaults(pod: KubeObject, limits: readonly ILimitRangeItem[]): void {
  const forContainers = limits.filter(({ type }) => type === 'Container');
  const notes: string[] = [];
  for (const { kind, container } of containersOf(pod, ['containers', 'initContainers'])) {
    const whom = `${kind === 'containers' ? 'container' : 'init container'} ${container.name ?? ''}`;
    const requests = fill(
      container,
      'requests',
      forContainers.map(({ defaultRequest = {} }) => defaultRequest),
    );
    const ceilings = fill(
      container,
      'limits',
      forContainers.map((item) => item.default ?? {}),
    );
    if (requests.length > 0) notes.push(`${requests.join(', ')} request for ${whom}`);
    if (ceilings.length > 0) notes.push(`${ceilings.join(', ')} limit for ${whom}`);
  }
  if (notes.length === 0) return;
  pod.metadata.annotations = {
    ...pod.metadata.annotations,
    [annotation]: `LimitRanger plugin set: ${notes.join('; ')}`,
  };
}

/** Sorted names of what was filled; of several defaults the last counts. */
function fill(container: IContainer, field: 'requests' | 'limits', defaults: readonly Amounts[]): string[] {
  const amounts: Record<string, string | number> = container.resources?.[field] ?? {};
  const filled = new Set<string>();
  for (const given of defaults) {
    for (const name of Object.keys(given)) {
      if (Object.hasOwn(amounts, name) && !filled.has(name)) continue;
      setOwn(amounts, name, given[name]);
      filled.add(name);
    }
  }
  if (filled.size > 0) container.resources = { ...container.resources, [field]: amounts };
  return [...filled].sort();
}
