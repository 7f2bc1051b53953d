import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../../apimachinery/field-error.ts';
import { repeated } from '../../validation/values.ts';
import {
  hasField,
  isTrue,
  type JsonSchema,
  propertyOf,
  schemaIn,
  schemasIn,
  textIn,
  textsIn,
  typeOf,
} from './json-schema.ts';

const listType = 'x-kubernetes-list-type';
const listMapKeys = 'x-kubernetes-list-map-keys';
const mapType = 'x-kubernetes-map-type';
const listTypes = ['atomic', 'set', 'map'];
const mapTypes = ['atomic', 'granular'];

const mustBe = (type: string, actual: string, extension: string, path: FieldPath): FieldError[] => {
  if (actual === type) return [];
  const detail = `must be ${type} if ${extension} is specified`;
  return [actual === '' ? required(path, detail) : invalid(path, actual, detail)];
};

export function validateMapType(schema: JsonSchema, path: FieldPath): FieldError[] {
  if (!hasField(schema, mapType)) return [];
  const value = textIn(schema, mapType);
  return [
    ...mustBe('object', typeOf(schema), mapType, path.child('type')),
    ...(mapTypes.includes(value) ? [] : [notSupported(path.child(mapType), value, mapTypes)]),
  ];
}

export function validateListType(schema: JsonSchema, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const value = textIn(schema, listType);
  if (hasField(schema, listType)) {
    const typeErrors = mustBe('array', typeOf(schema), listType, path.child('type'));
    errors.push(...(typeErrors.length > 0 || value !== 'set' ? typeErrors : validateSetItems(schema, path)));
    if (!listTypes.includes(value)) errors.push(notSupported(path.child(listType), value, listTypes));
  }
  errors.push(...validateKeysNeedMap(schema, path));
  if (value === 'map') errors.push(...validateMapItems(schema, path));
  if (value === 'map' || value === 'set') errors.push(...validateNothingMissing(schema, value, path));
  return errors;
}

/** Members of a set are compared as a whole. */
function validateSetItems(schema: JsonSchema, path: FieldPath): FieldError[] {
  const items = schemaIn(schema, 'items');
  if (!items) return [];
  const detail = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  const extension = typeOf(items) === 'array' ? listType : typeOf(items) === 'object' ? mapType : undefined;
  if (extension === undefined) return [];
  const unsetIsAtomic = extension === listType && !hasField(items, listType);
  return unsetIsAtomic || textIn(items, extension) === 'atomic'
    ? []
    : [invalid(path.child('items', extension), items[listType], detail)];
}

function validateKeysNeedMap(schema: JsonSchema, path: FieldPath): FieldError[] {
  if (textsIn(schema, listMapKeys).length === 0) return [];
  const detail = 'must be map if x-kubernetes-list-map-keys is non-empty';
  const value = textIn(schema, listType);
  if (!hasField(schema, listType)) return [required(path.child(listType), detail)];
  return value === 'map' ? [] : [invalid(path.child(listType), value, detail)];
}

function validateMapItems(schema: JsonSchema, path: FieldPath): FieldError[] {
  const keys = textsIn(schema, listMapKeys);
  const errors: FieldError[] = [];
  if (keys.length === 0) {
    const detail = 'must not be empty if x-kubernetes-list-type is map';
    errors.push(required(path.child(listMapKeys), detail));
  }
  const items = schemaIn(schema, 'items');
  const itemsPath = path.child('items');
  if (!items) {
    return [
      ...errors,
      schemasIn(schema, 'items').length > 0
        ? invalid(
            itemsPath,
            schema['items'],
            'must only have a single schema if x-kubernetes-list-type is map',
          )
        : required(itemsPath, 'must have a schema if x-kubernetes-list-type is map'),
    ];
  }
  if (typeOf(items) !== 'object') {
    const detail = "must be object if parent array's x-kubernetes-list-type is map";
    return [...errors, invalid(itemsPath.child('type'), typeOf(items), detail)];
  }
  return [...errors, ...validateKeys(keys, items, path)];
}

function validateKeys(keys: readonly string[], items: JsonSchema, path: FieldPath): FieldError[] {
  const again = repeated(keys);
  return keys.flatMap((key, i) => {
    const property = propertyOf(items, key);
    const errors: FieldError[] = [];
    if (!property) {
      errors.push(invalid(path.child(listMapKeys), keys, 'entries must all be names of item properties'));
    } else if (['array', 'object'].includes(typeOf(property))) {
      const at = path.child('items', 'properties').key(key).child('type');
      const detail = "must be a scalar type if parent array's x-kubernetes-list-type is map";
      errors.push(invalid(at, typeOf(items), detail));
    }
    if (again[i]) {
      errors.push(invalid(path.child(listMapKeys), keys, 'must not contain duplicate entries'));
    }
    return errors;
  });
}

/** What identifies an item must always be there. */
function validateNothingMissing(schema: JsonSchema, value: string, path: FieldPath): FieldError[] {
  const items = schemaIn(schema, 'items');
  if (!items) return [];
  const errors: FieldError[] = [];
  if (isTrue(items, 'nullable')) {
    const detail = `cannot be nullable when x-kubernetes-list-type is ${value}`;
    errors.push(forbidden(path.child('items', 'nullable'), detail));
  }
  if (value !== 'map') return errors;
  const always = textsIn(items, 'required');
  for (const key of textsIn(schema, listMapKeys)) {
    const property = propertyOf(items, key);
    if (!property) continue;
    const at = path.child('items', 'properties').key(key);
    const because = 'this property is in x-kubernetes-list-map-keys, so it';
    if (!always.includes(key) && !hasField(property, 'default')) {
      errors.push(required(at.child('default'), `${because} must have a default or be a required property`));
    }
    if (isTrue(property, 'nullable')) {
      errors.push(forbidden(at.child('nullable'), `${because} cannot be nullable`));
    }
  }
  return errors;
}
