import type { IResourceQuota } from 'kubernetes-models/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { roundResourceList } from '../../validation/resource-list.ts';

/** Amounts are rounded up to thousandths. */
export function defaults(object: KubeObject): void {
  const { spec, status } = object as unknown as IResourceQuota;
  for (const list of [spec?.hard, status?.hard, status?.used]) roundResourceList(list);
}
