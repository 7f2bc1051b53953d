import type { Json, JsonObject } from '../../apimachinery/object.ts';
import type { SchemaSet } from '../../scheme/schema.ts';
import { contradictoryPatch, malformedPatch } from '../errors.ts';
import { maxMergesOfOneItem } from '../limits.ts';
import { ownField, patchDirective, unknownDirective } from './directives.ts';
import { identityOf, itemKind, positions } from './list-items.ts';
import { mergeMap } from './merge-map.ts';
import { type FieldRule, goKind } from './metadata.ts';
import { orderItems } from './order-items.ts';

/** Merged items, and the order in which they would stand if the patch asked for none. */
export interface MergedList {
  readonly items: Json[];
  readonly liveOrder: readonly Json[];
}

/** The new value of a list field: merged when the rule says so, else the patch as it is. */
export function mergeField(schemas: SchemaSet, rule: FieldRule, current: Json[], patch: Json[]): Json[] {
  return rule.strategy === 'merge' ? mergeList(schemas, rule, current, patch).items : patch;
}

/** Merges two lists: sets of scalars, or maps told apart by the merge key. See rules S10 to S15 of SPEC.md. */
export function mergeList(schemas: SchemaSet, rule: FieldRule, current: Json[], patch: Json[]): MergedList {
  const kind = itemKind(current, patch);
  if (kind === undefined) return { items: current, liveOrder: current };
  if (kind === 'scalar') {
    const merged = [...new Set([...current, ...patch])];
    return { items: orderItems(merged, patch, current, rule.mergeKey), liveOrder: current };
  }
  if (rule.mergeKey === '') {
    throw contradictoryPatch(`cannot merge lists without merge key for ${goKind(rule.type)}`);
  }
  return mergeMaps(schemas, rule, current as JsonObject[], patch as JsonObject[]);
}

function mergeMaps(
  schemas: SchemaSet,
  rule: FieldRule,
  current: JsonObject[],
  patch: JsonObject[],
): MergedList {
  const { plain, deleted, replaces } = splitDirectives(patch, rule.mergeKey);
  if (replaces) return { items: orderItems(plain, [], plain, rule.mergeKey), liveOrder: current };
  const kept = current.filter((item) => !deleted.has(ownField(item, rule.mergeKey)));
  const merged = mergeItems(schemas, rule, kept, plain);
  return {
    items: orderItems(merged, plain, kept, rule.mergeKey),
    // A new item takes the place that a deleted one leaves: upstream's slices share their memory.
    liveOrder: merged.slice(0, current.length),
  };
}

/** Separates items that carry `$patch` from the others. */
function splitDirectives(patch: JsonObject[], mergeKey: string) {
  const plain: JsonObject[] = [];
  const deleted = new Set<Json | undefined>();
  let replaces = false;
  for (const item of patch) {
    const directive = ownField(item, patchDirective);
    if (directive === undefined) plain.push(item);
    else if (directive === 'delete') deleted.add(identityOf(item, mergeKey));
    else if (directive === 'replace') replaces = true;
    else if (directive === 'merge')
      throw contradictoryPatch('merging lists cannot yet be specified in the patch');
    else throw unknownDirective(directive, item);
  }
  return { plain, deleted, replaces };
}

/** Items of the patch go into the first item of the same identity, or to the end. */
function mergeItems(
  schemas: SchemaSet,
  rule: FieldRule,
  kept: JsonObject[],
  plain: JsonObject[],
): JsonObject[] {
  const merged = [...kept];
  const places = positions(kept, rule.mergeKey);
  const merges = new Map<Json, number>();
  for (const item of plain) {
    const identity = identityOf(item, rule.mergeKey);
    const place = places.get(identity);
    if (place === undefined) {
      places.set(identity, merged.length);
      merged.push(item);
    } else {
      const count = (merges.get(identity) ?? 0) + 1;
      if (count > maxMergesOfOneItem)
        throw malformedPatch(`more than ${maxMergesOfOneItem} items with one merge key`);
      merges.set(identity, count);
      merged[place] = mergeMap(schemas, rule.type, merged[place]!, item);
    }
  }
  return merged;
}
