import { type Json, type JsonObject, setOwn } from '../../apimachinery/object.ts';
import type { SchemaSet, TypeSchema } from '../../scheme/schema.ts';
import { contradictoryPatch } from '../errors.ts';
import { goText, goType } from '../go-text.ts';
import { directiveField, ownField, patchDirective, plainValue, setElementOrderPrefix } from './directives.ts';
import { identityOf, mapItem } from './list-items.ts';
import { type MergedList, mergeList } from './merge-list.ts';
import { type FieldRule, listRule } from './metadata.ts';
import { orderItems } from './order-items.ts';

/**
 * `$setElementOrder/<field>`: merges the lists it speaks of and puts them in the order it gives. Changes both maps: the
 * merged lists are set in `result`; the directives and lists are taken out of `patch`.
 */
export function applyElementOrders(
  schemas: SchemaSet,
  type: TypeSchema,
  result: JsonObject,
  patch: JsonObject,
): void {
  for (const directive of Object.keys(patch)) {
    if (!directive.startsWith(setElementOrderPrefix)) continue;
    const order = listOrNothing(patch[directive] ?? null)!;
    const field = directiveField(directive, setElementOrderPrefix);
    delete patch[directive];
    const current = listOrNothing(ownField(result, field));
    const items = listOrNothing(ownField(patch, field));
    const rule = listRule(schemas, type, field);
    checkOrder(items ?? [], order, rule.mergeKey);
    delete patch[field];
    const merged = mergeOrTake(schemas, rule, current, items);
    if (merged) setOwn(result, field, orderItems(merged.items, order, merged.liveOrder, rule.mergeKey));
  }
}

function mergeOrTake(
  schemas: SchemaSet,
  rule: FieldRule,
  current: Json[] | undefined,
  items: Json[] | undefined,
): MergedList | undefined {
  if (!items) return current && { items: current, liveOrder: current };
  if (!current) return { items: plainValue(items) as Json[], liveOrder: [] };
  return rule.strategy === 'merge' ? mergeList(schemas, rule, current, items) : { items, liveOrder: current };
}

function listOrNothing(value: Json | undefined): Json[] | undefined {
  if (value === undefined || Array.isArray(value)) return value;
  throw contradictoryPatch(`expected a []interface {}, but received a ${goType(value)}`);
}

/** The items of the patch must occur in the order list, in the same order; items that carry `$patch` do not count. */
function checkOrder(items: Json[], order: Json[], mergeKey: string): void {
  if (items.length === 0 || order.length === 0) return;
  let place = 0;
  for (const item of items) {
    if (mergeKey !== '' && Object.hasOwn(mapItem(item), patchDirective)) continue;
    const identity = identityOf(item, mergeKey);
    while (place < order.length && identityOf(order[place]!, mergeKey) !== identity) place++;
    if (place++ < order.length) continue;
    throw contradictoryPatch(
      `The order in patch list:\n${goText(items)}\n doesn't match ${setElementOrderPrefix} list:\n${goText(order)}\n`,
    );
  }
}
