import type { INode } from 'kubernetes-models/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { roundResourceList } from '../../validation/resource-list.ts';

/** What can be allocated is the whole capacity unless told otherwise; the single pod range mirrors the list. */
export function defaults(object: KubeObject): void {
  const { spec, status } = object as unknown as INode;
  if (status) {
    if (status.capacity && !status.allocatable) status.allocatable = { ...status.capacity };
    roundResourceList(status.capacity);
    roundResourceList(status.allocatable);
  }
  if (spec) mirrorPodCIDR(spec);
}

/** Of `podCIDR` and the first of `podCIDRs` the single one counts when both are given, as old clients know no other. */
function mirrorPodCIDR(spec: NonNullable<INode['spec']>): void {
  const [first] = spec.podCIDRs ?? [];
  if (spec.podCIDR && spec.podCIDR !== first) spec.podCIDRs = [spec.podCIDR];
  else if (first) spec.podCIDR = first;
}
