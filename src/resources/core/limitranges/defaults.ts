import type { ILimitRange, ILimitRangeItem } from 'kubernetes-models/v1';
import { type KubeObject, setOwn } from '../../../apimachinery/object.ts';
import { type ResourceList, roundResourceList } from '../../validation/resource-list.ts';

/** Amounts are rounded up to thousandths; limits of containers fill what follows from them. */
export function defaults(object: KubeObject): void {
  for (const item of (object as unknown as ILimitRange).spec?.limits ?? []) {
    if (item.type === 'Container') fillContainerLimits(item);
    for (const list of [item.max, item.min, item.default, item.defaultRequest, item.maxLimitRequestRatio]) {
      roundResourceList(list);
    }
  }
}

/** The default limit is at most the maximum; the default request is the default limit, else the minimum. */
function fillContainerLimits(item: ILimitRangeItem): void {
  const limits: ResourceList = { ...item.default };
  const requests: ResourceList = { ...item.defaultRequest };
  fillFrom(limits, item.max);
  fillFrom(requests, limits);
  fillFrom(requests, item.min);
  if (Object.keys(limits).length > 0) item.default = limits;
  if (Object.keys(requests).length > 0) item.defaultRequest = requests;
}

function fillFrom(list: ResourceList, source: ResourceList | undefined): void {
  for (const name of Object.keys(source ?? {})) {
    if (!Object.hasOwn(list, name)) setOwn(list, name, source![name]);
  }
}
