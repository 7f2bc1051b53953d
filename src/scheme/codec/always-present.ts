import type { KubeObject } from '../../apimachinery/object.ts';
import type { FieldSchema, SchemaSet, TypeSchema } from '../schema.ts';

type Filler = (value: unknown) => void;

/** By name of the type; undefined where there is nothing to do. */
type Compiled = Map<string, Filler | undefined>;

interface MissingField {
  readonly field: string;
  readonly schema: FieldSchema;
}

interface FieldBelow {
  readonly field: string;
  readonly filler: Filler;
}

/** One way to treat fields that are always printed: which of them it is about, and what it does to one in a struct. */
interface Filling {
  concerns(schema: FieldSchema): boolean;
  treat(struct: Record<string, unknown>, field: string, schema: FieldSchema): void;
  readonly compiled: WeakMap<SchemaSet, Compiled>;
}

/** What Go prints for a field nobody set; undefined for what it prints as null. */
function zeroValue({ type, pointer }: FieldSchema): unknown {
  if (pointer) return undefined;
  switch (type.kind) {
    case 'string':
      return '';
    case 'boolean':
      return false;
    case 'integer':
    case 'number':
    case 'intOrString':
      return 0;
    case 'quantity':
      return '0';
    case 'struct':
      return {};
    default:
      return undefined;
  }
}

const zeros: Filling = {
  concerns: (schema) => schema.alwaysPresent === true && zeroValue(schema) !== undefined,
  treat: (struct, field, schema) => {
    struct[field] ??= zeroValue(schema);
  },
  compiled: new WeakMap(),
};

const isNulled = (schema: FieldSchema) => schema.alwaysPresent === true && zeroValue(schema) === undefined;

const nulls: Filling = {
  concerns: isNulled,
  treat: (struct, field) => {
    if (struct[field] === undefined) struct[field] = null;
  },
  compiled: new WeakMap(),
};

const absences: Filling = {
  concerns: isNulled,
  treat: (struct, field) => {
    const value = struct[field];
    // Upstream tells no list from an empty one: it stores protobuf, which does not know the difference.
    if (value === null || (Array.isArray(value) && value.length === 0)) delete struct[field];
  },
  compiled: new WeakMap(),
};

/**
 * Adds, in place, the fields that the reference server prints even when nobody set them: `status: {}`, `resources: {}`,
 * `restartCount: 0`. For objects that went through `shapeObject` and defaulting.
 */
export const fillAlwaysPresent = (schemas: SchemaSet, schemaName: string, object: KubeObject): void =>
  fill(zeros, schemas, schemaName, object);

/**
 * Adds, in place, what the reference server prints as null: lists, times and pointers that are always there, such as
 * `lastProbeTime` of a condition. The last thing before an object is stored, so that rules need not tell null from absent.
 */
export const fillNulls = (schemas: SchemaSet, schemaName: string, object: KubeObject): void =>
  fill(nulls, schemas, schemaName, object);

/** Takes away, in place, what `fillNulls` adds, and empty lists in such places: for rules, both are absent. */
export const dropNulls = (schemas: SchemaSet, schemaName: string, object: KubeObject): void =>
  fill(absences, schemas, schemaName, object);

function fill(filling: Filling, schemas: SchemaSet, schemaName: string, object: KubeObject): void {
  let known = filling.compiled.get(schemas);
  if (!known) filling.compiled.set(schemas, (known = new Map()));
  (known.has(schemaName) ? known.get(schemaName) : fillerOf(filling, schemas, schemaName, known))?.(object);
}

/** Undefined when neither the type nor anything below it has such fields. */
function fillerOf(filling: Filling, schemas: SchemaSet, name: string, known: Compiled): Filler | undefined {
  if (known.has(name)) return known.get(name);
  if (!hasMissing(filling, schemas, name, new Set())) {
    known.set(name, undefined);
    return undefined;
  }
  const missing: MissingField[] = [];
  const below: FieldBelow[] = [];
  // Set before the fields are looked at: types may contain themselves.
  const filler: Filler = (value) => fillStruct(filling, value, missing, below);
  known.set(name, filler);
  for (const [field, schema] of schemas.struct(name).fields) {
    if (filling.concerns(schema)) missing.push({ field, schema });
    const inner = typeFiller(filling, schemas, schema.type, known);
    if (inner) below.push({ field, filler: inner });
  }
  return filler;
}

function hasMissing(filling: Filling, schemas: SchemaSet, name: string, seen: Set<string>): boolean {
  if (seen.has(name)) return false;
  seen.add(name);
  return schemas
    .struct(name)
    .fields.values()
    .some((schema) => {
      const ref = refOf(schema.type);
      return filling.concerns(schema) || (ref !== undefined && hasMissing(filling, schemas, ref, seen));
    });
}

/** The struct that a type is, or is a list or map of. */
function refOf(type: TypeSchema): string | undefined {
  if (type.kind === 'list') return refOf(type.items);
  if (type.kind === 'map') return refOf(type.values);
  return type.kind === 'struct' ? type.ref : undefined;
}

function fillStruct(
  filling: Filling,
  value: unknown,
  missing: readonly MissingField[],
  below: readonly FieldBelow[],
): void {
  if (typeof value !== 'object' || value === null) return;
  const struct = value as Record<string, unknown>;
  for (const { field, schema } of missing) filling.treat(struct, field, schema);
  for (const { field, filler } of below) {
    const item = struct[field];
    if (item !== undefined) filler(item);
  }
}

function typeFiller(
  filling: Filling,
  schemas: SchemaSet,
  type: TypeSchema,
  known: Compiled,
): Filler | undefined {
  if (type.kind === 'struct') return fillerOf(filling, schemas, type.ref, known);
  if (type.kind !== 'list' && type.kind !== 'map') return undefined;
  const filler = typeFiller(filling, schemas, type.kind === 'list' ? type.items : type.values, known);
  if (!filler) return undefined;
  return (value) => {
    if (typeof value !== 'object' || value === null) return;
    for (const item of Array.isArray(value) ? value : Object.values(value)) filler(item);
  };
}
