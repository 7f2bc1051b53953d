import { type Json, type JsonObject, setOwn } from '../../apimachinery/object.ts';
import type { SchemaSet, TypeSchema } from '../../scheme/schema.ts';
import {
  applyMapDirective,
  applyRetainKeys,
  deleteFromPrimitiveListPrefix,
  directiveField,
  isMap,
  ownField,
  patchDirective,
  plainValue,
} from './directives.ts';
import { applyElementOrders } from './element-order.ts';
import { itemKind } from './list-items.ts';
import { mergeField as mergeListField } from './merge-list.ts';
import { fieldRule, listRule } from './metadata.ts';

/** Merges a patch into a map whose type is `type`. Returns a new map; see rules S1 to S9 of SPEC.md. */
export function mergeMap(
  schemas: SchemaSet,
  type: TypeSchema,
  current: JsonObject,
  patch: JsonObject,
): JsonObject {
  if (Object.hasOwn(patch, patchDirective)) return applyMapDirective(patch);
  const result = { ...current };
  const rest = { ...patch };
  applyRetainKeys(result, rest);
  applyElementOrders(schemas, type, result, rest);
  for (const key of Object.keys(rest)) {
    if (key.startsWith(deleteFromPrimitiveListPrefix)) deleteFromList(schemas, type, result, key, rest[key]);
    else mergeField(schemas, type, result, key, rest[key]);
  }
  return result;
}

function mergeField(
  schemas: SchemaSet,
  type: TypeSchema,
  result: JsonObject,
  field: string,
  value: Json | undefined,
): void {
  if (value === null || value === undefined) {
    delete result[field];
    return;
  }
  const current = ownField(result, field);
  if (Array.isArray(current) && Array.isArray(value)) {
    setOwn(result, field, mergeListField(schemas, listRule(schemas, type, field), current, value));
  } else if (isMap(current) && isMap(value)) {
    const rule = fieldRule(schemas, type, field);
    setOwn(result, field, rule.strategy === 'replace' ? value : mergeMap(schemas, rule.type, current, value));
  } else {
    const plain = plainValue(value);
    if (plain === undefined) delete result[field];
    else setOwn(result, field, plain);
  }
}

/** `$deleteFromPrimitiveList/<field>`. Works on lists of any strategy; nothing happens when there is no such list. */
function deleteFromList(
  schemas: SchemaSet,
  type: TypeSchema,
  result: JsonObject,
  directive: string,
  items: Json | undefined,
): void {
  const field = directiveField(directive, deleteFromPrimitiveListPrefix);
  const current = ownField(result, field);
  if (items === null) delete result[field];
  if (!Array.isArray(current) || !Array.isArray(items)) return;
  const rule = listRule(schemas, type, field);
  if (itemKind(current, items) === 'map') {
    setOwn(result, field, mergeListField(schemas, { ...rule, strategy: 'merge' }, current, items));
  } else {
    const gone = new Set<Json>(items);
    setOwn(
      result,
      field,
      current.filter((item) => !gone.has(item)),
    );
  }
}
