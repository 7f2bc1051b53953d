import type { KubeObject } from '../../apimachinery/object.ts';
import { addQuantity, type Quantity, zeroQuantity } from '../../apimachinery/quantity.ts';
import type { ResourceQuota } from '../../client/kinds.ts';
import type { AnyStored } from '../../client/resource.ts';
import { type Evaluator, scopesOf, type World } from '../../resources/core/resourcequotas/usage/index.ts';
import type { Quantities } from '../../resources/validation/resource-list.ts';

/** The objects of one resource in the namespace of a quota, and what they cost. */
export interface Counted {
  readonly evaluator: Evaluator;
  readonly objects: readonly AnyStored[];
}

const asObject = (object: AnyStored): KubeObject => object as unknown as KubeObject;

/** What is used of those `names` that one of the resources uses; nothing of the others is said. */
export function usageOf(
  quota: ResourceQuota,
  names: readonly string[],
  counted: readonly Counted[],
  world: World,
): Map<string, Quantity> {
  const used = new Map<string, Quantity>();
  const scopes = scopesOf(quota as unknown as KubeObject);
  for (const { evaluator, objects } of counted) {
    const concerned = names.filter((name) => evaluator.uses(name, world));
    for (const name of concerned) if (!used.has(name)) used.set(name, zeroQuantity);
    for (const object of concerned.length === 0 ? [] : objects) {
      const isWithin = scopes.every((scope) => evaluator.isWithin?.(scope, asObject(object)) ?? false);
      if (isWithin) addTo(used, concerned, evaluator.usage(asObject(object), world));
    }
  }
  return used;
}

function addTo(used: Map<string, Quantity>, names: readonly string[], more: Quantities): void {
  for (const name of names) {
    const amount = more.get(name);
    if (amount) used.set(name, addQuantity(used.get(name)!, amount));
  }
}

const ends = { scopeName: 'Terminating', operator: 'Exists' } as const;

/** Whether an object costs something else than before, or counts for other quotas. */
export function costsChanged(
  evaluator: Evaluator,
  after: AnyStored,
  before: AnyStored,
  world: World,
): boolean {
  const [now, then] = [asObject(after), asObject(before)];
  if (evaluator.isWithin && evaluator.isWithin(ends, now) !== evaluator.isWithin(ends, then)) return true;
  return !isSame(evaluator.usage(now, world), evaluator.usage(then, world));
}

export const isSame = (a: Quantities, b: Quantities): boolean =>
  a.size === b.size && [...a].every(([name, { nano }]) => b.get(name)?.nano === nano);
