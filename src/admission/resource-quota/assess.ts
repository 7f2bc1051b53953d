import type { IScopedResourceSelectorRequirement } from 'kubernetes-models/v1';
import type { KubeObject } from '../../apimachinery/object.ts';
import {
  compareQuantity,
  formatQuantity,
  type Quantity,
  quantitySign,
  subQuantity,
  zeroQuantity,
} from '../../apimachinery/quantity.ts';
import { limitsOf, matches, scopesOf, type World } from '../../resources/core/resourcequotas/usage/index.ts';
import { type Quantities, sumQuantities } from '../../resources/validation/resource-list.ts';
import { bareError, refuse } from '../request.ts';
import type { Charge, Charged } from './charge.ts';
import type { LimitedResource } from './plugin.ts';

/**
 * What a request adds to which quotas, before anything is looked up that others may change. Throws what refuses it: a
 * quota that it has not said enough for, one whose status is not there yet, or no quota where there must be one.
 */
export function assess(
  one: Charged,
  quotas: readonly KubeObject[],
  limited: readonly LimitedResource[],
  world: World,
): Charge[] {
  const { request, change, evaluator } = one;
  const { object, oldObject } = change;
  const concerned = quotas.filter((quota) => matches(evaluator, quota, object, world));
  const covered = new Set<string>();
  for (const quota of concerned) {
    for (const name of checkQuota(one, quota, world)) covered.add(name);
  }
  const usage = evaluator.usage(object, world);
  const negative = [...usage].filter(([, amount]) => quantitySign(amount) < 0).map(([name]) => name);
  if (negative.length > 0) {
    throw refuse(request, `quota usage is negative for resource(s): ${negative.sort().join(',')}`);
  }
  const delta = withoutZeros(oldObject ? increase(usage, evaluator.usage(oldObject, world)) : usage);
  const charges = concerned
    .map((quota) => ({
      quota,
      // What was no matter of the quota before becomes one with all it uses.
      delta: oldObject && matches(evaluator, quota, oldObject, world) ? delta : withoutZeros(usage),
    }))
    .filter((charge) => charge.delta.size > 0);
  if (concerned.length > 0 ? charges.length === 0 : delta.size === 0) return [];
  requireCover(one, usage, covered, quotas, limited);
  return charges;
}

/** The names under which the quota limits the object. */
function checkQuota({ request, change, evaluator }: Charged, quota: KubeObject, world: World): string[] {
  const { hard, used } = limitsOf(quota);
  const names = [...hard.keys()].filter((resource) => evaluator.uses(resource, world));
  const name = quota.metadata.name ?? '';
  const missing = evaluator.missing?.(names, change.object);
  if (missing !== undefined) throw refuse(request, `failed quota: ${name}: ${missing}`);
  if (names.some((resource) => !used.has(resource))) {
    throw refuse(request, `status unknown for quota: ${name}, resources: ${names.sort().join(',')}`);
  }
  return names;
}

/** Refuses what may only be used under a quota, and is under none. */
function requireCover(
  { request, change, evaluator }: Charged,
  usage: Quantities,
  covered: ReadonlySet<string>,
  quotas: readonly KubeObject[],
  limited: readonly LimitedResource[],
): void {
  if (limited.length === 0) return;
  const { group, resource } = request.definition;
  const parts = limited
    .filter((rule) => (rule.apiGroup ?? '') === group && rule.resource === resource)
    .flatMap(({ matchContains = [] }) => matchContains);
  const uncovered = [...usage]
    .filter(([name, amount]) => quantitySign(amount) > 0 && parts.some((part) => name.includes(part)))
    .map(([name]) => name)
    .filter((name) => !covered.has(name));
  if (uncovered.length > 0) {
    throw refuse(request, `insufficient quota to consume: ${uncovered.sort().join(',')}`);
  }
  const within = (scopes: readonly IScopedResourceSelectorRequirement[]) =>
    scopes.filter((scope) => evaluator.isWithin?.(scope, change.object));
  const present = new Set(
    quotas.flatMap((quota) => within(scopesOf(quota))).map(({ scopeName }) => scopeName),
  );
  const needed = limited.flatMap(({ matchScopes = [] }) => within(matchScopes));
  const missing = needed.filter(({ scopeName }) => !present.has(scopeName));
  if (missing.length === 0) return;
  const texts = missing.map(
    ({ scopeName, operator, values = [] }) => `{${scopeName} ${operator} [${values.join(' ')}]}`,
  );
  throw bareError(`insufficient quota to match these scopes: [${texts.join(' ')}]`);
}

/** Why the quota has no room for more; undefined when it has. */
export function exceeded(quota: KubeObject, delta: Quantities): string | undefined {
  const { hard, used } = limitsOf(quota);
  const requested = masked(delta, hard);
  const after = sumQuantities(used, requested);
  const names = [...requested.keys()]
    .filter((name) => compareQuantity(after.get(name)!, hard.get(name)!) > 0)
    .sort();
  if (names.length === 0) return undefined;
  const text = (amounts: Quantities) =>
    names.map((name) => `${name}=${formatQuantity(amounts.get(name) ?? zeroQuantity)}`).join(',');
  return `exceeded quota: ${quota.metadata.name}, requested: ${text(requested)}, used: ${text(used)}, limited: ${text(hard)}`;
}

/** The amounts under names that are in `names`. */
export const masked = (amounts: Quantities, names: Quantities): Map<string, Quantity> =>
  new Map([...amounts].filter(([name]) => names.has(name)));

const withoutZeros = (amounts: Quantities): Quantities =>
  new Map([...amounts].filter(([, amount]) => quantitySign(amount) !== 0));

/** What is used now and was not before; less than nothing is nothing. */
function increase(now: Quantities, before: Quantities): Quantities {
  return new Map(
    [...now].map(([name, amount]) => {
      const previous = before.get(name);
      const more = previous ? subQuantity(amount, previous) : amount;
      return [name, quantitySign(more) > 0 ? more : zeroQuantity];
    }),
  );
}
