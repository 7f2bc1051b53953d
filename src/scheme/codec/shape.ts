import { type Json, type KubeObject, setOwn } from '../../apimachinery/object.ts';
import type { FieldSchema, SchemaSet, TypeSchema } from '../schema.ts';
import { DecodeError } from './decode-error.ts';
import { goTypeText } from './go-type.ts';
import {
  type Shape,
  shapeBoolean,
  shapeBytes,
  shapeDouble,
  shapeInt32,
  shapeInt64,
  shapeIntOrString,
  shapeQuantity,
  shapeString,
} from './scalars.ts';
import { shapeMicroTime, shapeTime } from './time.ts';
import { mismatch, noteUnknown, startWalk, valueName } from './walk-state.ts';

/** What became of a decoded value. */
export interface ShapedObject {
  /**
   * A new tree that holds only known fields in their normal form. Values of free form (`any`) are taken over from the
   * input as they are.
   */
  readonly object: KubeObject;
  /** `unknown field "spec.containers[0].foo"`: what was left out, in the order of the input; the first hundred. */
  readonly unknown: string[];
}

/**
 * Checks the types of a decoded value and puts it in the form that the reference server would store: nulls and zero
 * values that Go leaves out are gone but for empty lists that a rule asks for (`dropEmptyLists`), quantities, times and base64 are canonical. Values are not validated and defaults
 * not filled. Throws a `DecodeError` on the first value of a wrong type.
 */
export function shapeObject(schemas: SchemaSet, schemaName: string, value: Json): ShapedObject {
  const state = startWalk();
  const shape = shapesOf(schemas).struct(schemaName);
  const object = shape(value, state, 0) as KubeObject;
  if (object.metadata === undefined && schemas.struct(schemaName).fields.has('metadata'))
    object.metadata = {};
  return { object, unknown: state.findings };
}

interface Shapes {
  struct(name: string): Shape;
}

const compiled = new WeakMap<SchemaSet, Shapes>();

function shapesOf(schemas: SchemaSet): Shapes {
  let shapes = compiled.get(schemas);
  if (!shapes) compiled.set(schemas, (shapes = compileShapes(schemas)));
  return shapes;
}

/** Compiles each struct once, when it is first met. */
function compileShapes(schemas: SchemaSet): Shapes {
  const structs = new Map<string, Shape>();
  const shapes: Shapes = {
    struct(name) {
      let shape = structs.get(name);
      if (!shape) structs.set(name, (shape = compileStruct(schemas, name, shapes)));
      return shape;
    },
  };
  return shapes;
}

interface CompiledField {
  readonly shape: Shape;
  /** A zero value is left out when the object is written: no pointer, and `omitempty` on it. */
  readonly omitsZero: boolean;
}

function compileStruct(schemas: SchemaSet, name: string, shapes: Shapes): Shape {
  const goType = goTypeText({ kind: 'struct', ref: name });
  // Types may contain themselves, so fields are compiled when the first value comes along.
  let fields: Map<string, CompiledField> | undefined;
  return (value, state, depth) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw mismatch(state, depth, valueName(value), goType);
    }
    fields ??= compileFields(schemas.struct(name).fields, shapes);
    const result: Record<string, unknown> = {};
    for (const key in value) {
      const field = fields.get(key);
      if (field === undefined) {
        noteUnknown(state, depth, key);
        continue;
      }
      const item = (value as Record<string, unknown>)[key];
      if (item === null || item === undefined) continue;
      state.path[depth] = key;
      state.owners[depth] = name;
      const shaped = field.shape(item, state, depth + 1);
      if (!field.omitsZero || !isZero(shaped)) result[key] = shaped;
    }
    return result;
  };
}

const compileFields = (
  fields: ReadonlyMap<string, FieldSchema>,
  shapes: Shapes,
): Map<string, CompiledField> =>
  new Map(
    [...fields].map(([name, { type, pointer, alwaysPresent, toldWhenEmpty }]) => [
      name,
      {
        shape: compileType(type, shapes),
        omitsZero:
          !pointer && !alwaysPresent && !toldWhenEmpty && type.kind !== 'struct' && type.kind !== 'any',
      },
    ]),
  );

function isZero(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === '' || value === 0 || value === false;
  if (Array.isArray(value)) return value.length === 0;
  for (const _ in value) return false;
  return true;
}

const keepAsIs: Shape = (value) => value;

function compileType(type: TypeSchema, shapes: Shapes): Shape {
  switch (type.kind) {
    case 'string':
      return shapeString;
    case 'boolean':
      return shapeBoolean;
    case 'integer':
      return type.format === 'int32' ? shapeInt32 : shapeInt64;
    case 'number':
      return shapeDouble;
    case 'bytes':
      return shapeBytes;
    case 'time':
      return type.micro ? shapeMicroTime : shapeTime;
    case 'quantity':
      return shapeQuantity;
    case 'intOrString':
      return shapeIntOrString;
    case 'any':
      return type.ref?.includes('JSONSchemaPropsOr') ? compileSchemaOr(type.ref, shapes) : keepAsIs;
    case 'struct':
      return shapes.struct(type.ref);
    case 'list':
      return compileList(type.items, shapes);
    case 'map':
      return compileMap(type.values, shapes);
  }
}

function compileList(items: TypeSchema, shapes: Shapes): Shape {
  const goType = goTypeText({ kind: 'list', items });
  const shape = compileType(items, shapes);
  return (value, state, depth) => {
    if (!Array.isArray(value)) throw mismatch(state, depth, valueName(value), goType);
    const result: unknown[] = [];
    for (let i = 0; i < value.length; i++) {
      state.path[depth] = i;
      state.owners[depth] = '';
      result.push(value[i] === null ? zeroOf(items) : shape(value[i], state, depth + 1));
    }
    return result;
  };
}

function compileMap(values: TypeSchema, shapes: Shapes): Shape {
  const goType = goTypeText({ kind: 'map', values });
  const shape = compileType(values, shapes);
  return (value, state, depth) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw mismatch(state, depth, valueName(value), goType);
    }
    const result: Record<string, unknown> = {};
    for (const key in value) {
      const item = (value as Record<string, unknown>)[key];
      state.path[depth] = key;
      state.owners[depth] = '';
      setOwn(
        result,
        key,
        item === null || item === undefined ? zeroOf(values) : shape(item, state, depth + 1),
      );
    }
    return result;
  };
}

/** What Go makes of a null inside a list or a map, where it cannot be left out. */
function zeroOf(type: TypeSchema): unknown {
  switch (type.kind) {
    case 'string':
    case 'bytes':
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
    case 'map':
      return {};
    case 'list':
      return [];
    default:
      return null;
  }
}

/**
 * A JSON schema, or a boolean, a list of schemas, a list of names: CustomResourceDefinitions have such places. Go decodes
 * them apart from the rest, so unknown fields below them go unnoticed.
 */
function compileSchemaOr(ref: string, shapes: Shapes): Shape {
  const schema: TypeSchema = { kind: 'struct', ref: ref.replace(/Or\w+$/, '') };
  const list = compileList(ref.endsWith('StringArray') ? { kind: 'string' } : schema, shapes);
  return (value, state, depth) => {
    if (ref.endsWith('Bool')) {
      if (typeof value === 'boolean') return value;
      if (typeof value !== 'object' || Array.isArray(value))
        throw new DecodeError('boolean or JSON schema expected');
    }
    const findings = state.findings.length;
    const shaped = Array.isArray(value)
      ? list(value, state, depth)
      : shapes.struct(schema.ref)(value, state, depth);
    state.findings.length = findings;
    return shaped;
  };
}
