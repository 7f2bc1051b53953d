import type { KubeObject } from '../../apimachinery/object.ts';
import type { FieldSchema, SchemaSet, TypeSchema } from '../schema.ts';

type Filler = (value: unknown) => void;

interface MissingField {
  readonly field: string;
  readonly schema: FieldSchema;
}

interface FieldBelow {
  readonly field: string;
  readonly filler: Filler;
}

/** What Go prints for a field nobody set; undefined for what it would print as null, which we leave out. */
function emptyValue({ type, pointer }: FieldSchema): unknown {
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

const fillers = new WeakMap<SchemaSet, Map<string, Filler>>();

/**
 * Adds, in place, the fields that the reference server prints even when nobody set them: `status: {}`, `resources: {}`,
 * `restartCount: 0`. Lists, maps, times and pointers, which it prints as null, stay absent. For objects that went through
 * `shapeObject` and defaulting, right before they are stored.
 */
export function fillAlwaysPresent(schemas: SchemaSet, schemaName: string, object: KubeObject): void {
  let known = fillers.get(schemas);
  if (!known) fillers.set(schemas, (known = new Map()));
  (known.get(schemaName) ?? fillerOf(schemas, schemaName, known))?.(object);
}

/** Undefined when neither the type nor anything below it has such fields. */
function fillerOf(schemas: SchemaSet, name: string, known: Map<string, Filler>): Filler | undefined {
  if (!hasMissing(schemas, name, new Set())) return undefined;
  const compiled = known.get(name);
  if (compiled) return compiled;
  const missing: MissingField[] = [];
  const below: FieldBelow[] = [];
  // Set before the fields are looked at: types may contain themselves.
  const fill: Filler = (value) => fillStruct(value, missing, below);
  known.set(name, fill);
  for (const [field, schema] of schemas.struct(name).fields) {
    if (isFilled(schema)) missing.push({ field, schema });
    const filler = typeFiller(schemas, schema.type, known);
    if (filler) below.push({ field, filler });
  }
  return fill;
}

const isFilled = (schema: FieldSchema) => schema.alwaysPresent === true && emptyValue(schema) !== undefined;

function hasMissing(schemas: SchemaSet, name: string, seen: Set<string>): boolean {
  if (seen.has(name)) return false;
  seen.add(name);
  return schemas
    .struct(name)
    .fields.values()
    .some((schema) => {
      const ref = refOf(schema.type);
      return isFilled(schema) || (ref !== undefined && hasMissing(schemas, ref, seen));
    });
}

/** The struct that a type is, or is a list or map of. */
function refOf(type: TypeSchema): string | undefined {
  if (type.kind === 'list') return refOf(type.items);
  if (type.kind === 'map') return refOf(type.values);
  return type.kind === 'struct' ? type.ref : undefined;
}

function fillStruct(value: unknown, missing: readonly MissingField[], below: readonly FieldBelow[]): void {
  if (typeof value !== 'object' || value === null) return;
  const struct = value as Record<string, unknown>;
  for (const { field, schema } of missing) struct[field] ??= emptyValue(schema);
  for (const { field, filler } of below) {
    const item = struct[field];
    if (item !== undefined) filler(item);
  }
}

function typeFiller(schemas: SchemaSet, type: TypeSchema, known: Map<string, Filler>): Filler | undefined {
  if (type.kind === 'struct') return fillerOf(schemas, type.ref, known);
  if (type.kind !== 'list' && type.kind !== 'map') return undefined;
  const filler = typeFiller(schemas, type.kind === 'list' ? type.items : type.values, known);
  if (!filler) return undefined;
  return (value) => {
    if (typeof value !== 'object' || value === null) return;
    for (const item of Array.isArray(value) ? value : Object.values(value)) filler(item);
  };
}
