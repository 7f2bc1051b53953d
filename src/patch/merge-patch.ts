import { isRecord, type Json, type JsonObject, setOwn } from '../apimachinery/object.ts';
import { malformedPatch } from './errors.ts';
import { jsonTypeName } from './go-text.ts';
import { checkNesting } from './nesting.ts';

/**
 * JSON merge patch (RFC 7386). Returns the patched value; neither argument is changed, both may share structure with
 * the result. 400 when the patch is not an object.
 */
export function applyMergePatch(current: Json, patch: Json): Json {
  if (patch === null) throw malformedPatch('Invalid JSON Patch');
  if (!isObject(patch)) {
    const type = jsonTypeName(patch);
    throw malformedPatch(
      `error decoding patch: json: cannot unmarshal ${type} into Go value of type map[string]interface {}`,
    );
  }
  checkNesting(patch);
  return merged(current, patch);
}

const isObject = (value: Json | undefined): value is JsonObject => isRecord(value);

function merged(current: Json | undefined, patch: Json): Json {
  if (!isObject(current)) return withoutNulls(patch);
  if (!isObject(patch)) return patch;
  const result = { ...current };
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (value === null || value === undefined) delete result[key];
    else setOwn(result, key, merged(Object.hasOwn(result, key) ? result[key] : undefined, value));
  }
  return result;
}

/** Fields set to null are left out, also of maps in lists; null items of lists stay. */
function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const result: JsonObject = {};
  for (const key of Object.keys(value)) {
    const field = value[key];
    if (field !== null && field !== undefined) setOwn(result, key, withoutNulls(field));
  }
  return result;
}
