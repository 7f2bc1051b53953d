import type { Json, JsonObject } from '../../apimachinery/object.ts';
import { contradictoryPatch, inapplicablePatch } from '../errors.ts';
import { goText, goType } from '../go-text.ts';
import { isMap, ownField } from './directives.ts';

/**
 * Whether lists hold maps or scalars. 422 for lists of lists, 500 when the items are of different kinds. undefined when
 * there are no items.
 */
export function itemKind(...lists: readonly Json[][]): 'map' | 'scalar' | undefined {
  let type: string | undefined;
  for (const list of lists) {
    for (const item of list) {
      if (Array.isArray(item)) throw inapplicablePatch('lists of lists are not supported');
      const itemType = isMap(item) ? 'map' : item === null ? 'null' : typeof item;
      type ??= itemType;
      if (itemType !== type) {
        throw contradictoryPatch(
          `list element types are not identical: [${lists.map((other) => goText(other)).join(' ')}]`,
        );
      }
    }
  }
  return type === undefined ? undefined : type === 'map' ? 'map' : 'scalar';
}

/** An item that must be a map. */
export function mapItem(item: Json | undefined): JsonObject {
  if (isMap(item)) return item;
  throw contradictoryPatch(`expected a map[string]interface {}, but received a ${goType(item)}`);
}

/**
 * What tells an item of a list from the others: the value of the merge key, or the item itself when there is no merge
 * key. Identities are compared as Map keys are. 500 when the item lacks the merge key.
 */
export function identityOf(item: Json, mergeKey: string): Json {
  if (mergeKey === '') return item;
  const map = mapItem(item);
  const identity = ownField(map, mergeKey);
  if (identity === undefined) {
    throw contradictoryPatch(`map: ${goText(map)} does not contain declared merge key: ${mergeKey}`);
  }
  return identity;
}

/** Where each identity stands first. */
export function positions(list: readonly Json[], mergeKey: string): Map<Json, number> {
  const found = new Map<Json, number>();
  for (const [index, item] of list.entries()) {
    const identity = identityOf(item, mergeKey);
    if (!found.has(identity)) found.set(identity, index);
  }
  return found;
}
