import { type FieldError, type FieldPath, forbidden, invalid } from '../../../apimachinery/field-error.ts';
import { isTrue, type JsonSchema, typeOf } from './json-schema.ts';
import { validateSchema } from './schema-validation.ts';
import { validateStructural } from './structural.ts';

/** Fields that a root schema may have beside a status subresource, with the names by which messages list them. */
const allowedAtRoot: Readonly<Record<string, string>> = {
  description: 'Description',
  type: 'Type',
  format: 'Format',
  title: 'Title',
  maximum: 'Maximum',
  exclusiveMaximum: 'ExclusiveMaximum',
  minimum: 'Minimum',
  exclusiveMinimum: 'ExclusiveMinimum',
  maxLength: 'MaxLength',
  minLength: 'MinLength',
  pattern: 'Pattern',
  maxItems: 'MaxItems',
  minItems: 'MinItems',
  uniqueItems: 'UniqueItems',
  multipleOf: 'MultipleOf',
  required: 'Required',
  items: 'Items',
  properties: 'Properties',
  externalDocs: 'ExternalDocs',
  example: 'Example',
  'x-kubernetes-preserve-unknown-fields': 'XPreserveUnknownFields',
  'x-kubernetes-validations': 'XValidations',
};

/** Findings on the schema of a version. `hasStatus`: the version has the status subresource. */
export function validateVersionSchema(schema: JsonSchema, hasStatus: boolean, path: FieldPath): FieldError[] {
  const schemaPath = path.child('openAPIV3Schema');
  return [
    ...(hasStatus ? validateRootForStatus(schema, path) : []),
    ...(isTrue(schema, 'nullable')
      ? [forbidden(path.child('openAPIV3Schema.nullable'), 'nullable cannot be true at the root')]
      : []),
    ...validateStructural(schema, schemaPath),
    ...validateSchema(schema, schemaPath),
  ];
}

/** Without a plain object at the root nothing could be told apart from the status. */
function validateRootForStatus(schema: JsonSchema, path: FieldPath): FieldError[] {
  const type = typeOf(schema);
  if (type !== '' && type !== 'object') {
    const detail =
      'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
    return [invalid(path.child('openAPIV3Schema.type'), type, detail)];
  }
  const isSet = (value: unknown) => value !== undefined && value !== null && value !== false && value !== '';
  const other = Object.keys(schema).some(
    (field) => isSet(schema[field]) && !Object.hasOwn(allowedAtRoot, field),
  );
  if (!other) return [];
  const allowed = Object.values(allowedAtRoot).join(' ');
  const detail = `only [${allowed}] fields are allowed at the root of the schema if the status subresource is enabled`;
  return [invalid(path.child('openAPIV3Schema'), schema, detail)];
}
