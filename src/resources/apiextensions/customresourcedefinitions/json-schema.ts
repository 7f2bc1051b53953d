import { isRecord } from '../../../apimachinery/object.ts';

/**
 * A JSONSchemaProps as it stands in a definition. Below `items` and `additionalProperties` nothing has been checked, so
 * fields are read through the functions here, which take a value of another type for an absent one.
 */
export type JsonSchema = Readonly<Record<string, unknown>>;

const own = (schema: JsonSchema, field: string): unknown =>
  Object.hasOwn(schema, field) ? schema[field] : undefined;

export const textIn = (schema: JsonSchema, field: string): string => {
  const value = own(schema, field);
  return typeof value === 'string' ? value : '';
};

export const typeOf = (schema: JsonSchema): string => textIn(schema, 'type');

export const isTrue = (schema: JsonSchema, field: string): boolean => own(schema, field) === true;

export const textsIn = (schema: JsonSchema, field: string): string[] => {
  const value = own(schema, field);
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
};

/** Set, and not to null. */
export const hasField = (schema: JsonSchema, field: string): boolean =>
  own(schema, field) !== undefined && own(schema, field) !== null;

export const schemaIn = (schema: JsonSchema, field: string): JsonSchema | undefined => {
  const value = own(schema, field);
  return isRecord(value) ? value : undefined;
};

/** `allOf`, `anyOf`, `oneOf`, or the schemas of `items` when these are a list. */
export const schemasIn = (schema: JsonSchema, field: string): JsonSchema[] => {
  const value = own(schema, field);
  return Array.isArray(value) ? value.filter(isRecord) : [];
};

/** `properties`, `definitions`, `patternProperties`, `dependencies`: schemas by name, in the order given. */
export const namedSchemasIn = (schema: JsonSchema, field: string): [string, JsonSchema][] =>
  Object.entries(schemaIn(schema, field) ?? {}).filter((entry): entry is [string, JsonSchema] =>
    isRecord(entry[1]),
  );

export const propertiesOf = (schema: JsonSchema): [string, JsonSchema][] =>
  namedSchemasIn(schema, 'properties');

export const propertyOf = (schema: JsonSchema, name: string): JsonSchema | undefined => {
  const properties = schemaIn(schema, 'properties');
  return properties && schemaIn(properties, name);
};

/** The members of `x-kubernetes-validations`. */
export const rulesOf = (schema: JsonSchema): JsonSchema[] => schemasIn(schema, 'x-kubernetes-validations');

/** Says whether the schema or any schema within it satisfies the predicate. */
export function someSchema(schema: JsonSchema, predicate: (schema: JsonSchema) => boolean): boolean {
  return predicate(schema) || subschemas(schema).some((child) => someSchema(child, predicate));
}

function subschemas(schema: JsonSchema): JsonSchema[] {
  const single = ['items', 'not', 'additionalProperties', 'additionalItems'];
  const lists = ['items', 'allOf', 'anyOf', 'oneOf'];
  const named = ['properties', 'patternProperties', 'definitions', 'dependencies'];
  return [
    ...single.map((field) => schemaIn(schema, field)).filter((child) => child !== undefined),
    ...lists.flatMap((field) => schemasIn(schema, field)),
    ...named.flatMap((field) => namedSchemasIn(schema, field).map(([, child]) => child)),
  ];
}
