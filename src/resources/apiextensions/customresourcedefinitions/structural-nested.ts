import { type FieldError, type FieldPath, forbidden } from '../../../apimachinery/field-error.ts';
import {
  hasField,
  isTrue,
  type JsonSchema,
  propertiesOf,
  propertyOf,
  rulesOf,
  schemaIn,
  schemasIn,
  textIn,
  textsIn,
} from './json-schema.ts';
import { validatePattern } from './pattern.ts';

/** Field, when it counts as set, and what is said then. */
const forbiddenInBranches: readonly [string, (schema: JsonSchema, field: string) => boolean, string][] = [
  ['type', (schema, field) => textIn(schema, field) !== '', 'must be empty to be structural'],
  ['additionalProperties', hasField, 'must be undefined to be structural'],
  ['default', hasField, 'must be undefined to be structural'],
  ['title', (schema, field) => textIn(schema, field) !== '', 'must be empty to be structural'],
  ['description', (schema, field) => textIn(schema, field) !== '', 'must be empty to be structural'],
  ['nullable', isTrue, 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', isTrue, 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', isTrue, 'must be false to be structural'],
  ['x-kubernetes-int-or-string', isTrue, 'must be false to be structural'],
  [
    'x-kubernetes-list-map-keys',
    (schema, field) => textsIn(schema, field).length > 0,
    'must be empty to be structural',
  ],
  ['x-kubernetes-list-type', hasField, 'must be undefined to be structural'],
  ['x-kubernetes-map-type', hasField, 'must be undefined to be structural'],
  ['x-kubernetes-validations', (schema) => rulesOf(schema).length > 0, 'must be empty to be structural'],
];

/** Findings on a schema within `allOf`, `anyOf`, `oneOf` or `not`. `skipAnyOf`: it spells out an int-or-string. */
export function validateNested(schema: JsonSchema, path: FieldPath, skipAnyOf = false): FieldError[] {
  const items = schemaIn(schema, 'items');
  const not = schemaIn(schema, 'not');
  const list = (field: string) =>
    schemasIn(schema, field).flatMap((child, i) => validateNested(child, path.child(field).index(i)));
  return [
    ...(skipAnyOf ? [] : list('anyOf')),
    ...list('allOf'),
    ...list('oneOf'),
    ...(not ? validateNested(not, path.child('not')) : []),
    ...validatePattern(textIn(schema, 'pattern'), path.child('pattern')),
    ...(items ? validateNested(items, path.child('items')) : []),
    ...propertiesOf(schema).flatMap(([name, property]) =>
      validateNested(property, path.child('properties').key(name)),
    ),
    ...forbiddenInBranches
      .filter(([field, isSet]) => isSet(schema, field))
      .map(([field, , detail]) => forbidden(path.child(field), detail)),
    ...(propertyOf(schema, 'metadata')
      ? [forbidden(path.child('properties').key('metadata'), 'must not be specified in a nested context')]
      : []),
  ];
}
