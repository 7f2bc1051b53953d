import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import {
  type FieldError,
  FieldPath,
  forbidden,
  invalid,
  tooLong,
} from '../../../apimachinery/field-error.ts';
import { isConfigMapKey } from '../../../apimachinery/names.ts';
import { jsonEqual, type KubeObject } from '../../../apimachinery/object.ts';
import { base64Bytes, maxDataBytes, textBytes } from '../data-bytes.ts';

const dataPath = FieldPath.of('data');
const binaryDataPath = FieldPath.of('binaryData');

/** Keys are config keys, each in one of the two maps only; all values together are at most 1 MiB. */
export function validateConfigMap(object: KubeObject): FieldError[] {
  const { data = {}, binaryData = {} } = object as unknown as IConfigMap;
  const errors: FieldError[] = [];
  for (const key of Object.keys(data)) {
    const path = dataPath.key(key);
    errors.push(...isConfigMapKey(key).map((message) => invalid(path, key, message)));
    if (Object.hasOwn(binaryData, key)) {
      errors.push(invalid(path, key, 'duplicate of key present in binaryData'));
    }
  }
  for (const key of Object.keys(binaryData)) {
    errors.push(...isConfigMapKey(key).map((message) => invalid(binaryDataPath.key(key), key, message)));
  }
  // The size is the object's fault as a whole, so the finding names no field.
  if (textBytes(data) + base64Bytes(binaryData) > maxDataBytes)
    errors.push(tooLong(FieldPath.root, maxDataBytes));
  return errors;
}

export const frozenMessage = 'field is immutable when `immutable` is set';

/** An immutable ConfigMap stays immutable and keeps its data. */
export function validateConfigMapUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  if (old['immutable'] === true) {
    if (object['immutable'] !== true) errors.push(forbidden(FieldPath.of('immutable'), frozenMessage));
    for (const field of ['data', 'binaryData']) {
      if (!jsonEqual(object[field] ?? {}, old[field] ?? {})) {
        errors.push(forbidden(FieldPath.of(field), frozenMessage));
      }
    }
  }
  return [...errors, ...validateConfigMap(object)];
}
