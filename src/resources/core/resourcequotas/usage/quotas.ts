import type { IResourceQuota, IScopedResourceSelectorRequirement } from 'kubernetes-models/v1';
import type { KubeObject } from '../../../../apimachinery/object.ts';
import { type Quantities, quantitiesOf } from '../../../validation/resource-list.ts';
import type { Evaluator, World } from './types.ts';

/** What a quota limits and what of it is used, as its status says: what is in force. */
export function limitsOf(quota: KubeObject): { readonly hard: Quantities; readonly used: Quantities } {
  const { hard, used } = (quota as unknown as IResourceQuota).status ?? {};
  return { hard: quantitiesOf(hard), used: quantitiesOf(used) };
}

/** The scopes of a quota, all of which an object must be within. */
export function scopesOf(quota: KubeObject): IScopedResourceSelectorRequirement[] {
  const { scopes = [], scopeSelector } = (quota as unknown as IResourceQuota).spec ?? {};
  return [
    ...scopes.map((scopeName) => ({ scopeName, operator: 'Exists' as const })),
    ...(scopeSelector?.matchExpressions ?? []),
  ];
}

/** Whether the quota limits something that the object uses. */
export const matches = (evaluator: Evaluator, quota: KubeObject, object: KubeObject, world: World): boolean =>
  [...limitsOf(quota).hard.keys()].some((name) => evaluator.uses(name, world)) &&
  scopesOf(quota).every((scope) => evaluator.isWithin?.(scope, object) ?? false);
