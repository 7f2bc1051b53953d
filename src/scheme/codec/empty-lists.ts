import type { KubeObject } from '../../apimachinery/object.ts';
import type { SchemaSet, TypeSchema } from '../schema.ts';

/** Looks into a value, beside the one that stands in the same place of the object before. */
type Dropper = (value: unknown, before: unknown) => void;

/** By name of the type; undefined where there is nothing to do. */
type Compiled = Map<string, Dropper | undefined>;

const compiled = new WeakMap<SchemaSet, Compiled>();

/**
 * Takes away, in place, the empty lists that `shapeObject` keeps for rules to see (`toldWhenEmpty`): to be called when the
 * rules have run, as they are never stored. With `before`, the object as it is, only those are taken away that change
 * nothing, because there is none before either: rules that compare must not see a difference in them.
 */
export function dropEmptyLists(
  schemas: SchemaSet,
  schemaName: string,
  object: KubeObject,
  before?: KubeObject,
): void {
  let known = compiled.get(schemas);
  if (!known) compiled.set(schemas, (known = new Map()));
  dropperOf(schemas, schemaName, known)?.(object, before);
}

/** Undefined when neither the type nor anything below it has such lists. */
function dropperOf(schemas: SchemaSet, name: string, known: Compiled): Dropper | undefined {
  if (known.has(name)) return known.get(name);
  // A type that contains itself is not looked into again: none of these has such a list.
  known.set(name, undefined);
  const lists: string[] = [];
  const below: (readonly [string, Dropper])[] = [];
  for (const [field, { type, toldWhenEmpty }] of schemas.struct(name).fields) {
    if (toldWhenEmpty) lists.push(field);
    const inner = droppersIn(schemas, type, known);
    if (inner) below.push([field, inner]);
  }
  const dropper = lists.length + below.length > 0 ? structDropper(lists, below) : undefined;
  known.set(name, dropper);
  return dropper;
}

function structDropper(lists: readonly string[], below: readonly (readonly [string, Dropper])[]): Dropper {
  return (value, before) => {
    if (typeof value !== 'object' || value === null) return;
    const struct = value as Record<string, unknown>;
    const old = (before ?? {}) as Record<string, unknown>;
    for (const field of lists) {
      const list = struct[field];
      if (Array.isArray(list) && list.length === 0 && old[field] === undefined) delete struct[field];
    }
    for (const [field, inner] of below) {
      const item = struct[field];
      if (item !== undefined) inner(item, old[field]);
    }
  };
}

function droppersIn(schemas: SchemaSet, type: TypeSchema, known: Compiled): Dropper | undefined {
  if (type.kind === 'struct') return dropperOf(schemas, type.ref, known);
  if (type.kind !== 'list') return undefined;
  const inner = droppersIn(schemas, type.items, known);
  if (!inner) return undefined;
  return (value, before) => {
    if (!Array.isArray(value)) return;
    const old = Array.isArray(before) ? before : [];
    for (let i = 0; i < value.length; i++) inner(value[i], old[i]);
  };
}
