import { isRecord, type Json, type JsonObject, setOwn } from '../../apimachinery/object.ts';
import { contradictoryPatch, malformedPatch } from '../errors.ts';
import { goText, goType } from '../go-text.ts';

export const patchDirective = '$patch';
export const retainKeysDirective = '$retainKeys';
export const setElementOrderPrefix = '$setElementOrder';
export const deleteFromPrimitiveListPrefix = '$deleteFromPrimitiveList';

/** An own field, or undefined. */
export const ownField = (map: JsonObject, field: string): Json | undefined =>
  Object.hasOwn(map, field) ? map[field] : undefined;

export const isMap = (value: Json | undefined): value is JsonObject => isRecord(value);

/** The field that a directive such as `$setElementOrder/containers` speaks of. 400 when no slash follows the prefix. */
export function directiveField(directive: string, prefix: string): string {
  if (directive.startsWith(`${prefix}/`)) return directive.slice(prefix.length + 1);
  throw malformedPatch(
    prefix === setElementOrderPrefix
      ? 'invalid patch format of setElementOrder list'
      : 'invalid patch format of primitive list',
  );
}

/** What `$patch` in a map makes of that map: `replace` takes the patch as it is, `delete` leaves an empty map. */
export function applyMapDirective(patch: JsonObject): JsonObject {
  const directive = ownField(patch, patchDirective);
  if (directive === 'delete') return {};
  if (directive !== 'replace') throw unknownDirective(directive, patch);
  const { [patchDirective]: _, ...rest } = patch;
  return rest;
}

export const unknownDirective = (directive: Json | undefined, map: JsonObject) =>
  contradictoryPatch(
    `unknown patch type: ${typeof directive === 'string' ? directive : `%!s(${goType(directive)}=${goText(directive)})`} in map: ${goText(map)}`,
  );

/**
 * `$retainKeys`: drops the fields of `result` that are not listed, and the directive from `patch`; both are changed.
 * 400 when the patch sets a field that is not listed.
 */
export function applyRetainKeys(result: JsonObject, patch: JsonObject): void {
  const retained = ownField(patch, retainKeysDirective);
  if (retained === undefined) return;
  delete patch[retainKeysDirective];
  const keys = new Set<Json>(Array.isArray(retained) ? retained : []);
  const stray = (field: string) => !keys.has(field) && !isListDirective(field) && patch[field] !== null;
  if (!Array.isArray(retained) || Object.keys(patch).some(stray)) {
    throw malformedPatch('invalid patch format of retainKeys');
  }
  for (const field of Object.keys(result)) if (!keys.has(field)) delete result[field];
}

const isListDirective = (field: string) =>
  field.startsWith(setElementOrderPrefix) || field.startsWith(deleteFromPrimitiveListPrefix);

/**
 * A value that the current object has nothing to merge with, ready to be stored: without fields set to null and
 * without maps that carry `$patch`. undefined when it is such a map itself.
 */
export function plainValue(value: Json): Json | undefined {
  if (Array.isArray(value)) return value.map(plainValue).filter((item) => item !== undefined);
  if (!isMap(value)) return value;
  if ((ownField(value, patchDirective) ?? null) !== null) return undefined;
  const plain: JsonObject = {};
  for (const field of Object.keys(value)) {
    const kept = plainValue(value[field] ?? null) ?? null;
    if (kept !== null) setOwn(plain, field, kept);
  }
  return plain;
}
