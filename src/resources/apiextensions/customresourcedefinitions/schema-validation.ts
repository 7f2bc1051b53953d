import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  notSupported,
} from '../../../apimachinery/field-error.ts';
import {
  hasField,
  isTrue,
  type JsonSchema,
  namedSchemasIn,
  propertiesOf,
  schemaIn,
  schemasIn,
  typeOf,
} from './json-schema.ts';
import { validateListType, validateMapType } from './list-types.ts';
import { validateRules } from './rules.ts';

/** What depends on where in the definition a schema stands. */
interface Place {
  readonly path: FieldPath;
  readonly isRoot: boolean;
  /** Below `metadata`, `kind` or `apiVersion` of a resource. */
  readonly inResourceMeta: boolean;
  /** Why a default may not stand here; undefined when it may. */
  readonly noDefaults: string | undefined;
}

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const metaFields = ['metadata', 'kind', 'apiVersion'];

/** Field, and what is said about it when it is set. */
const unsupported: readonly [string, string][] = [
  ['id', 'id is not supported'],
  ['additionalItems', 'additionalItems is not supported'],
  ['patternProperties', 'patternProperties is not supported'],
  ['definitions', 'definitions is not supported'],
  ['dependencies', 'dependencies is not supported'],
  ['$ref', '$ref is not supported'],
];

/** Findings on the OpenAPI v3 schema of a version, other than on its being structural. */
export const validateSchema = (schema: JsonSchema, path: FieldPath): FieldError[] =>
  validateAt(schema, { path, isRoot: true, inResourceMeta: false, noDefaults: undefined });

function validateAt(schema: JsonSchema, place: Place): FieldError[] {
  const { path } = place;
  return [
    ...validateStandard(schema, place),
    ...(isTrue(schema, 'uniqueItems')
      ? [
          forbidden(
            path.child('uniqueItems'),
            'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
          ),
        ]
      : []),
    ...validateAdditionalProperties(schema, place),
    ...propertiesOf(schema).flatMap(([name, property]) =>
      validateAt(property, propertyPlace(schema, name, place)),
    ),
    ...validateNested(schema, place),
    ...(schema['x-kubernetes-preserve-unknown-fields'] === false
      ? [invalid(path.child('x-kubernetes-preserve-unknown-fields'), false, 'must be true or undefined')]
      : []),
    ...validateMapType(schema, path),
    ...validateListType(schema, path),
    ...validateRules(schema, path),
  ];
}

/** What no schema of a custom resource may use. */
function validateStandard(schema: JsonSchema, { path, inResourceMeta, noDefaults }: Place): FieldError[] {
  const type = typeOf(schema);
  const errors: FieldError[] = [];
  if (type !== '' && !types.includes(type)) errors.push(notSupported(path.child('type'), type, types));
  if (hasField(schema, 'default') && noDefaults !== undefined) {
    errors.push(forbidden(path.child('default'), `must not be set ${noDefaults}`));
  }
  for (const [field, detail] of unsupported) {
    if (hasField(schema, field) && schema[field] !== '') errors.push(forbidden(path.child(field), detail));
  }
  if (type === 'null') {
    const detail = 'type cannot be set to null, use nullable as an alternative';
    errors.push(forbidden(path.child('type'), detail));
  }
  if (schemasIn(schema, 'items').length > 0) {
    errors.push(forbidden(path.child('items'), 'items must be a schema object and not an array'));
  }
  if (inResourceMeta && isTrue(schema, 'x-kubernetes-embedded-resource')) {
    const detail = 'must not be used inside of resource meta';
    errors.push(forbidden(path.child('x-kubernetes-embedded-resource'), detail));
  }
  return errors;
}

function validateAdditionalProperties(schema: JsonSchema, place: Place): FieldError[] {
  if (!hasField(schema, 'additionalProperties')) return [];
  const path = place.path.child('additionalProperties');
  const exclusive = propertiesOf(schema).length > 0 && schema['additionalProperties'] !== true;
  const errors = exclusive
    ? [forbidden(path, 'additionalProperties and properties are mutual exclusive')]
    : [];
  const values = schemaIn(schema, 'additionalProperties');
  if (!values) return errors;
  const noDefaults = place.inResourceMeta
    ? 'inside additionalProperties applying to object metadata'
    : place.noDefaults;
  return [...errors, ...validateAt(values, { ...place, path, noDefaults, isRoot: false })];
}

function propertyPlace(parent: JsonSchema, name: string, place: Place): Place {
  const path = place.path.child('properties').key(name);
  const resource = place.isRoot || isTrue(parent, 'x-kubernetes-embedded-resource');
  if (!resource || !metaFields.includes(name)) return { ...place, path, isRoot: false };
  const noDefaults = place.isRoot ? `in top-level ${name}` : place.noDefaults;
  return { path, isRoot: false, inResourceMeta: true, noDefaults };
}

function validateNested(schema: JsonSchema, place: Place): FieldError[] {
  const at = (child: JsonSchema, path: FieldPath) => validateAt(child, { ...place, path, isRoot: false });
  const one = (field: string) => {
    const child = schemaIn(schema, field);
    return child ? at(child, place.path.child(field)) : [];
  };
  const list = (field: string) =>
    schemasIn(schema, field).flatMap((child, i) => at(child, place.path.child(field).index(i)));
  const named = (field: string) =>
    namedSchemasIn(schema, field).flatMap(([name, child]) => at(child, place.path.child(field).key(name)));
  return [
    ...one('not'),
    ...list('allOf'),
    ...list('oneOf'),
    ...list('anyOf'),
    ...named('definitions'),
    ...one('items'),
    ...list('items'),
    ...named('dependencies'),
  ];
}
