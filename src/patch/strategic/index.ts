import type { Json } from '../../apimachinery/object.ts';
import type { SchemaSet } from '../../scheme/schema.ts';
import { malformedPatch } from '../errors.ts';
import { jsonTypeName } from '../go-text.ts';
import { checkNesting } from '../nesting.ts';
import { isMap } from './directives.ts';
import { mergeMap } from './merge-map.ts';

/**
 * Strategic merge patch, as apimachinery `pkg/util/strategicpatch` applies it. `schemaName` is the OpenAPI name of the
 * type of `current`. Returns the patched value; neither argument is changed, both may share structure with the result.
 * 400 for a malformed patch or directive, 422 for lists of lists, 500 without a reason (as upstream) for a patch that
 * contradicts the schema.
 */
export function applyStrategicMerge(
  schemas: SchemaSet,
  schemaName: string,
  current: Json,
  patch: Json,
): Json {
  if (patch === null) return current;
  if (!isMap(patch)) {
    const type = jsonTypeName(patch);
    throw malformedPatch(`json: cannot unmarshal ${type} into Go value of type map[string]interface {}`);
  }
  checkNesting(patch);
  return mergeMap(schemas, { kind: 'struct', ref: schemaName }, isMap(current) ? current : {}, patch);
}
