import type { IResourceQuota } from 'kubernetes-models/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { compareQuantity, formatQuantity } from '../../../apimachinery/quantity.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { quantitiesOf } from '../../validation/resource-list.ts';
import {
  validateResourceQuota,
  validateResourceQuotaStatus,
  validateResourceQuotaUpdate,
} from './validation.ts';

/** Names under which the request of a resource can be limited, the first that is given counts. */
const requestNames: readonly (readonly [string, readonly string[]])[] = [
  ['limits.cpu', ['requests.cpu', 'cpu']],
  ['limits.memory', ['requests.memory', 'memory']],
  ['limits.storage', ['requests.storage']],
  ['limits.ephemeral-storage', ['requests.ephemeral-storage']],
];

/** A quota that allows more requests than limits is a mistake. */
function warnings(object: KubeObject, old: KubeObject | undefined): string[] {
  if (old) return [];
  const hard = quantitiesOf((object as unknown as IResourceQuota).spec?.hard);
  return requestNames.flatMap(([limitName, names]) => {
    const requestName = names.find((name) => hard.has(name));
    const request = requestName === undefined ? undefined : hard.get(requestName);
    const limit = hard.get(limitName);
    if (!request || !limit || compareQuantity(request, limit) <= 0) return [];
    return [
      `ResourceQuota ${requestName} (${formatQuantity(request)}) should be less than ${limitName} (${formatQuantity(limit)})`,
    ];
  });
}

export const strategy: Strategy = {
  validate: validateResourceQuota,
  validateUpdate: validateResourceQuotaUpdate,
  warnings,
  deleteReturnsObject: true,
  resetFields: ['status'],
};

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = {
  validateUpdate: validateResourceQuotaStatus,
  resetFields: ['spec'],
};
