import { isRecord, type Json } from '../apimachinery/object.ts';
import { requestTooLarge } from '../apimachinery/status.ts';
import { malformedPatch } from './errors.ts';
import { jsonTypeName } from './go-text.ts';
import { maxJsonPatchOperations } from './limits.ts';

/** One operation of a JSON patch. Absent and null are the same for all but `value`. */
export interface JsonPatchOperation {
  readonly op: string | undefined;
  readonly path: string | undefined;
  readonly from: string | undefined;
  readonly value: Json | undefined;
}

const knownFields = new Set(['op', 'path', 'from', 'value']);

/** Reads a JSON patch: 400 when it is not a list of operations, 413 when there are too many. */
export function decodeJsonPatch(patch: Json): JsonPatchOperation[] {
  if (patch === null) return [];
  if (!Array.isArray(patch)) throw mistyped(patch, 'value of type []handlers.jsonPatchOp');
  const operations = patch.map(decodeOperation);
  if (operations.length > maxJsonPatchOperations) {
    throw requestTooLarge(
      `The allowed maximum operations in a JSON patch is ${maxJsonPatchOperations}, got ${operations.length}`,
    );
  }
  return operations;
}

/**
 * What field validation says of a JSON patch: `json patch unknown field "[0].foo"` for each field that no operation
 * has. Empty for anything that is no JSON patch.
 */
export function unknownJsonPatchFields(patch: Json): string[] {
  if (!Array.isArray(patch)) return [];
  return patch.flatMap((operation, index) =>
    isRecord(operation)
      ? Object.keys(operation)
          .filter((field) => !knownFields.has(field))
          .map((field) => `json patch unknown field ${JSON.stringify(`[${index}].${field}`)}`)
      : [],
  );
}

function decodeOperation(operation: Json): JsonPatchOperation {
  if (operation === null) return { op: undefined, path: undefined, from: undefined, value: undefined };
  if (!isRecord(operation)) throw mistyped(operation, 'value of type handlers.jsonPatchOp');
  const text = (field: 'op' | 'path' | 'from'): string | undefined => {
    const value = Object.hasOwn(operation, field) ? (operation[field] as Json) : null;
    if (value === null || typeof value === 'string') return value ?? undefined;
    throw mistyped(value, `struct field jsonPatchOp.${field} of type string`);
  };
  const value = Object.hasOwn(operation, 'value') ? (operation['value'] as Json) : undefined;
  return { op: text('op'), path: text('path'), from: text('from'), value };
}

const mistyped = (value: Json, target: string) =>
  malformedPatch(`error decoding patch: json: cannot unmarshal ${jsonTypeName(value)} into Go ${target}`);
