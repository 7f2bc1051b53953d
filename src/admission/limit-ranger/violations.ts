import type { ILimitRangeItem, IPersistentVolumeClaimSpec } from 'kubernetes-models/v1';
import type { KubeObject } from '../../apimachinery/object.ts';
import { containersOf } from '../../resources/core/pods/containers.ts';
import type { Amounts } from '../amounts.ts';
import { containerUsage, podUsage, quantities, type Usage } from '../pod-usage.ts';
import { readSpec } from '../structs.ts';
import { atLeast, atMost, type Constraint, ratioAtMost, requestAtMost } from './constraints.ts';

/** What in a pod breaks the items of a LimitRange. */
export function violationsOfPod(pod: KubeObject, limits: readonly ILimitRangeItem[]): string[] {
  return limits.flatMap((item) => {
    if (item.type === 'Pod') return broken(item, podUsage(pod));
    if (item.type !== 'Container') return [];
    const containers = containersOf(pod, ['containers', 'initContainers']);
    return containers.flatMap(({ container }) => broken(item, containerUsage(container)));
  });
}

/** What in a claim breaks the items of a LimitRange. */
export function violationsOfClaim(claim: KubeObject, limits: readonly ILimitRangeItem[]): string[] {
  const requests = quantities(readSpec<IPersistentVolumeClaimSpec>(claim).resources?.requests);
  const usage: Usage = { requests, limits: new Map() };
  return limits
    .filter(({ type }) => type === 'PersistentVolumeClaim')
    .flatMap(({ type, min, max }) => [
      ...check(type, atLeast, min, usage),
      ...check(type, requestAtMost, max, usage),
    ]);
}

const broken = ({ type, min, max, maxLimitRequestRatio }: ILimitRangeItem, usage: Usage): string[] => [
  ...check(type, atLeast, min, usage),
  ...check(type, atMost, max, usage),
  ...check(type, ratioAtMost, maxLimitRequestRatio, usage),
];

function check(type: string, constraint: Constraint, bounds: Amounts | undefined, usage: Usage): string[] {
  return [...quantities(bounds)].flatMap(([name, bound]) => constraint(type, name, bound, usage) ?? []);
}
