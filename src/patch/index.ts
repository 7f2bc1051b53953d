import type { Json } from '../apimachinery/object.ts';
import type { SchemaSet } from '../scheme/schema.ts';
import { applyJsonPatch } from './json-patch.ts';
import { applyMergePatch } from './merge-patch.ts';
import { applyStrategicMerge } from './strategic/index.ts';

export { goText } from './go-text.ts';
export { unknownJsonPatchFields } from './json-patch-operations.ts';

export type PatchType = 'json' | 'merge' | 'strategic';

/** The media type that asks for each kind of patch, in the order in which a 415 names them. */
export const patchMediaTypes: Readonly<Record<PatchType, string>> = Object.freeze({
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
});

/** The patch type of a media type without parameters, or undefined. */
export function patchTypeOf(mediaType: string): PatchType | undefined {
  const types: readonly PatchType[] = ['json', 'merge', 'strategic'];
  return types.find((type) => patchMediaTypes[type] === mediaType);
}

/**
 * What `current` becomes under a patch, both in the version of the request. Pure: neither is changed, both may share
 * structure with the result, which still has to be checked against the schema. Throws ApiError; see SPEC.md.
 */
export function applyPatch(
  type: PatchType,
  schemas: SchemaSet,
  schemaName: string,
  current: Json,
  patch: Json,
): Json {
  switch (type) {
    case 'json':
      return applyJsonPatch(current, patch);
    case 'merge':
      return applyMergePatch(current, patch);
    case 'strategic':
      return applyStrategicMerge(schemas, schemaName, current, patch);
  }
}
