import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  required,
} from '../../../apimachinery/field-error.ts';
import { isRecord, jsonEqual } from '../../../apimachinery/object.ts';
import { validateComplete } from './completeness.ts';
import {
  hasField,
  isTrue,
  type JsonSchema,
  propertiesOf,
  propertyOf,
  schemaIn,
  schemasIn,
  textIn,
  typeOf,
} from './json-schema.ts';
import { validatePattern } from './pattern.ts';
import { validateNested } from './structural-nested.ts';

type Level = 'root' | 'item' | 'field';

const embedded = 'x-kubernetes-embedded-resource';
const intOrString = 'x-kubernetes-int-or-string';
const preserve = 'x-kubernetes-preserve-unknown-fields';

/** The two branches by which a schema of an int-or-string may say so outside of the extension. */
const intOrStringBranches = [{ type: 'integer' }, { type: 'string' }];
const intOrStringAnyOf = (schema: JsonSchema | undefined) =>
  schema !== undefined && jsonEqual(schema['anyOf'], intOrStringBranches);

/**
 * Findings on a schema that is not structural: one that does not say of every field what type it has, or says it inside
 * of logical branches. Sorted by text. Source: apiextensions `schema.ValidateStructural`.
 */
export function validateStructural(schema: JsonSchema, path: FieldPath): FieldError[] {
  const textOf = ({ field, message }: FieldError) => `${field}: ${message}`;
  return [...validateAt(schema, 'root', path), ...validateComplete(schema, path)].sort((a, b) =>
    textOf(a) < textOf(b) ? -1 : 1,
  );
}

function validateAt(schema: JsonSchema, level: Level, path: FieldPath): FieldError[] {
  const items = schemaIn(schema, 'items');
  const values = schemaIn(schema, 'additionalProperties');
  return [
    ...(typeOf(schema) === 'array' && !items ? [required(path.child('items'), 'must be specified')] : []),
    ...(items ? validateAt(items, 'item', path.child('items')) : []),
    ...propertiesOf(schema).flatMap(([name, property]) =>
      validateAt(property, 'field', path.child('properties').key(name)),
    ),
    ...(level === 'root' && hasField(schema, 'additionalProperties')
      ? [forbidden(path.child('additionalProperties'), 'must not be used at the root')]
      : []),
    ...(values ? validateAt(values, 'field', path.child('additionalProperties')) : []),
    ...validateExtensions(schema, path),
    ...validateBranches(schema, path),
    ...validateType(schema, level, path),
    ...validateResourceFields(schema, level, path),
  ];
}

function validateExtensions(schema: JsonSchema, path: FieldPath): FieldError[] {
  if (!isTrue(schema, intOrString)) return [];
  return [preserve, embedded]
    .filter((extension) => isTrue(schema, extension))
    .map((extension) =>
      invalid(path.child(extension), true, 'must be false if x-kubernetes-int-or-string is true'),
    );
}

/** Branches may restrict values, but not say what there is. An int-or-string may be spelled out in one place. */
function validateBranches(schema: JsonSchema, path: FieldPath): FieldError[] {
  const branch = (child: JsonSchema, at: FieldPath, spelledOut = false) =>
    validateNested(child, at, spelledOut);
  const [firstAllOf] = schemasIn(schema, 'allOf');
  const not = schemaIn(schema, 'not');
  return [
    ...(intOrStringAnyOf(schema)
      ? []
      : schemasIn(schema, 'anyOf').flatMap((child, i) => branch(child, path.child('anyOf').index(i)))),
    ...schemasIn(schema, 'allOf').flatMap((child, i) =>
      branch(child, path.child('allOf').index(i), child === firstAllOf && intOrStringAnyOf(child)),
    ),
    ...schemasIn(schema, 'oneOf').flatMap((child, i) => branch(child, path.child('oneOf').index(i))),
    ...(not ? branch(not, path.child('not')) : []),
    ...validatePattern(textIn(schema, 'pattern'), path.child('pattern')),
  ];
}

const missingType: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

function validateType(schema: JsonSchema, level: Level, path: FieldPath): FieldError[] {
  const type = typeOf(schema);
  const typePath = path.child('type');
  const errors: FieldError[] = [];
  if (isTrue(schema, embedded)) {
    const detail = 'must be object if x-kubernetes-embedded-resource is true';
    if (type === '') errors.push(required(typePath, detail));
    else if (type !== 'object') errors.push(invalid(typePath, type, detail));
    if (hasField(schema, 'additionalProperties')) {
      const unused = 'must not be used if x-kubernetes-embedded-resource is set';
      errors.push(forbidden(path.child('additionalProperties'), unused));
    }
  } else if (type === '' && !isTrue(schema, intOrString) && !isTrue(schema, preserve)) {
    errors.push(required(typePath, missingType[level]));
  }
  if (level === 'root' && type !== '' && type !== 'object') {
    errors.push(invalid(typePath, type, 'must be object at the root'));
  }
  return errors;
}

/** `kind`, `apiVersion` and `metadata` of the resource itself and of embedded ones. */
function validateResourceFields(schema: JsonSchema, level: Level, path: FieldPath): FieldError[] {
  const isResource = level === 'root' || isTrue(schema, embedded);
  if (!isResource) return [];
  const errors = ['kind', 'apiVersion'].flatMap((name) => {
    const property = propertyOf(schema, name);
    if (!property || typeOf(property) === 'string') return [];
    return [invalid(path.child('properties').key(name).child('type'), typeOf(property), 'must be string')];
  });
  const metadata = propertyOf(schema, 'metadata');
  if (metadata) errors.push(...validateMetadata(metadata, level, path.child('properties').key('metadata')));
  const empty = propertiesOf(schema).length === 0 && !isTrue(schema, preserve);
  if (isTrue(schema, embedded) && empty) {
    const detail =
      'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields';
    errors.push(required(path.child('properties'), detail));
  }
  return errors;
}

function validateMetadata(metadata: JsonSchema, level: Level, path: FieldPath): FieldError[] {
  const errors =
    typeOf(metadata) === 'object' ? [] : [invalid(path.child('type'), typeOf(metadata), 'must be object')];
  if (level !== 'root') return errors;
  const { type: _type, default: _default, properties, ...rest } = metadata;
  const names = isRecord(properties) ? Object.keys(properties) : [];
  const onlyNames = names.every((name) => name === 'name' || name === 'generateName');
  const nothingElse = Object.values(rest).every(
    (value) => value === undefined || value === '' || value === false,
  );
  if (!onlyNames || !nothingElse) {
    const detail =
      'must not specify anything other than name and generateName, but metadata is implicitly specified';
    errors.push(forbidden(path, detail));
  }
  return errors;
}
