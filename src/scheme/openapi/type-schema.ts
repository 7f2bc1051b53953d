import type { GroupVersionKind } from '../../apimachinery/gvk.ts';
import type { FieldSchema, SchemaDescriptions, SchemaSet, TypeSchema } from '../schema.ts';
import type { Dialect, Part } from './dialect.ts';
import { intOrStringName, microTimeName, namedValues, quantityName, timeName } from './named-values.ts';

/** The named type that a type is, or undefined for scalars, lists and maps. */
export function refOf(type: TypeSchema): string | undefined {
  switch (type.kind) {
    case 'struct':
      return type.ref;
    case 'any':
      return type.ref;
    case 'time':
      return type.micro ? microTimeName : timeName;
    case 'quantity':
      return quantityName;
    case 'intOrString':
      return intOrStringName;
    default:
      return undefined;
  }
}

/** The named types that a type mentions, itself or inside lists and maps. */
export function mentionedRef(type: TypeSchema): string | undefined {
  if (type.kind === 'list') return mentionedRef(type.items);
  if (type.kind === 'map') return mentionedRef(type.values);
  return refOf(type);
}

/** `values` are the allowed values of the innermost items. */
function typePart(type: TypeSchema, dialect: Dialect, values?: readonly string[]): Part {
  const ref = refOf(type);
  if (ref !== undefined) return { $ref: `${dialect.refPrefix}${ref}` };
  switch (type.kind) {
    case 'list':
      return {
        type: 'array',
        items: { ...elementPart(type.items, dialect), ...(values ? { enum: values } : {}) },
      };
    case 'map':
      return {
        type: 'object',
        additionalProperties: { ...elementPart(type.values, dialect), ...(values ? { enum: values } : {}) },
      };
    case 'bytes':
      return { type: 'string', format: 'byte' };
    case 'integer':
    case 'number':
      return { type: type.kind, ...(type.format ? { format: type.format } : {}) };
    case 'string':
    case 'boolean':
      return { type: type.kind };
    default:
      return {};
  }
}

/** What an element of a list or map is when it says nothing, for kinds of types that can be nothing. */
const emptyElements: Readonly<Partial<Record<TypeSchema['kind'], unknown>>> = {
  struct: {},
  string: '',
  integer: 0,
  number: 0,
  boolean: false,
};

function elementPart(type: TypeSchema, dialect: Dialect): Part {
  const part = typePart(type, dialect);
  const empty = dialect.defaults ? emptyElements[type.kind] : undefined;
  if (empty === undefined) return part;
  return part['$ref'] === undefined ? { ...part, default: empty } : { allOf: [part], default: empty };
}

const extensions = [
  ['listType', 'x-kubernetes-list-type'],
  ['listMapKeys', 'x-kubernetes-list-map-keys'],
  ['mapType', 'x-kubernetes-map-type'],
  ['patchMergeKey', 'x-kubernetes-patch-merge-key'],
  ['patchStrategy', 'x-kubernetes-patch-strategy'],
] as const;

function fieldPart(field: FieldSchema, description: string | undefined, dialect: Dialect): Part {
  const beside: Part = {};
  const text = field.enum ? withEnumList(description, field.enum) : description;
  if (text !== undefined) beside['description'] = text;
  if (dialect.defaults && field.default !== undefined) beside['default'] = field.default;
  if (field.enum && field.type.kind === 'string') beside['enum'] = field.enum;
  for (const [fact, keyword] of extensions) if (field[fact] !== undefined) beside[keyword] = field[fact];
  const itemValues = field.itemEnum ?? (field.type.kind === 'map' ? field.enum : undefined);
  const part = typePart(field.type, dialect, itemValues);
  const wraps = dialect.wrapsRefs && part['$ref'] !== undefined && Object.keys(beside).length > 0;
  return wraps ? { allOf: [part], ...beside } : { ...part, ...beside };
}

const enumHeading = 'Possible enum values:';

/** A running server ends the description of an enum with its values. */
function withEnumList(description: string | undefined, values: readonly string[]): string {
  if (description?.includes(enumHeading)) return description;
  const list = [enumHeading, ...values.map((value) => ` - \`${JSON.stringify(value)}\``)].join('\n');
  return description === undefined ? list : `${description}\n\n${list}`;
}

export const gvkPart = ({ group, version, kind }: GroupVersionKind): Part => ({ group, kind, version });

/** One named type as it stands in a document. `gvks` replaces the kinds of types that are registered in many groups. */
export function namedTypePart(
  name: string,
  schemas: SchemaSet,
  descriptions: SchemaDescriptions,
  dialect: Dialect,
  gvks?: readonly GroupVersionKind[],
): Part {
  const value = namedValues.get(name);
  const description = descriptions.type(name) ?? value?.description;
  const described = description === undefined ? {} : { description };
  if (value) return { ...described, ...value.schema(dialect) };
  const { fields, required, atomic, gvk, unions } = schemas.struct(name);
  const kinds = gvks ?? (gvk ? [gvk] : []);
  const properties = Object.fromEntries(
    [...fields].map(([field, schema]) => [
      field,
      fieldPart(schema, descriptions.field(name, field), dialect),
    ]),
  );
  return {
    ...described,
    type: 'object',
    ...(fields.size > 0 ? { properties } : {}),
    ...(required.size > 0 ? { required: [...required] } : {}),
    ...(atomic ? { 'x-kubernetes-map-type': 'atomic' } : {}),
    ...(kinds.length > 0 ? { 'x-kubernetes-group-version-kind': kinds.map(gvkPart) } : {}),
    ...(unions ? { 'x-kubernetes-unions': unions } : {}),
  };
}

/** The given types and all that they mention, in alphabetical order. */
export function withMentioned(names: Iterable<string>, schemas: SchemaSet): string[] {
  const found = new Set<string>();
  const queue = [...names];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    if (namedValues.has(name)) continue;
    for (const { type } of schemas.struct(name).fields.values()) {
      const ref = mentionedRef(type);
      if (ref !== undefined) queue.push(ref);
    }
  }
  return [...found].sort();
}
