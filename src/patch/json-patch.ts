import { type Json, jsonEqual } from '../apimachinery/object.ts';
import { inapplicablePatch } from './errors.ts';
import { type Draft, draftOf, locate, type Place } from './json-patch-draft.ts';
import { decodeJsonPatch, type JsonPatchOperation } from './json-patch-operations.ts';
import { addAt, getAt, PointerError, removeAt, setAt } from './json-pointer.ts';
import { maxJsonPatchCopyBytes, maxJsonPatchShifts, maxNesting } from './limits.ts';
import { checkNesting, nestsDeeperThan } from './nesting.ts';

/**
 * JSON patch (RFC 6902) in the dialect of the reference server's library. Returns the patched value; neither argument
 * is changed, both may share structure with the result. 400 for a malformed patch, 413 for too many operations, 422
 * when an operation fails: then none is applied.
 */
export function applyJsonPatch(current: Json, patch: Json): Json {
  checkNesting(patch);
  const draft = draftOf(current);
  for (const operation of decodeJsonPatch(patch)) apply(draft, operation);
  if (nestsDeeperThan(draft.root, maxNesting)) throw inapplicablePatch('exceeded max depth');
  return draft.root;
}

const steps: Readonly<Record<string, (draft: Draft, operation: JsonPatchOperation) => void>> = {
  add,
  remove,
  replace,
  move,
  test,
  copy,
};

function apply(draft: Draft, operation: JsonPatchOperation): void {
  const op = operation.op ?? 'unknown';
  if (!Object.hasOwn(steps, op)) throw inapplicablePatch(`Unexpected kind: ${op}`);
  steps[op]!(draft, operation);
}

function insert(draft: Draft, place: Place, value: Json): void {
  chargeShift(draft, place);
  addAt(place.container, place.key, value);
}

function takeOut(draft: Draft, place: Place): void {
  chargeShift(draft, place);
  removeAt(place.container, place.key);
}

/** Whatever is not at the end of a list moves what stands behind it. */
function chargeShift(draft: Draft, { container, key }: Place): void {
  if (!Array.isArray(container) || key === '-') return;
  draft.shiftedItems += container.length;
  if (draft.shiftedItems > maxJsonPatchShifts) {
    throw inapplicablePatch(
      `Unable to complete the patch, its operations shift more than ${maxJsonPatchShifts} items of lists`,
    );
  }
}

function add(draft: Draft, { path, value = null }: JsonPatchOperation): void {
  if (path === undefined) throw inapplicablePatch('add operation failed to decode path: missing value');
  const at = locate(draft, path);
  if (!at)
    throw inapplicablePatch(`add operation does not apply: doc is missing path: "${path}": missing value`);
  explain(`error in add for path: '${path}'`, () => insert(draft, at, value));
}

function remove(draft: Draft, { path }: JsonPatchOperation): void {
  if (path === undefined) throw inapplicablePatch('remove operation failed to decode path: missing value');
  const at = locate(draft, path);
  if (!at) {
    throw inapplicablePatch(`remove operation does not apply: doc is missing path: "${path}": missing value`);
  }
  explain(`error in remove for path: '${path}'`, () => takeOut(draft, at));
}

/** A missing field of a map is added, as the library does; a missing list item is an error. */
function replace(draft: Draft, { path, value = null }: JsonPatchOperation): void {
  if (path === undefined) throw missingField('replace', 'path');
  if (path === '') {
    if (typeof value !== 'object' || value === null) {
      throw inapplicablePatch('replace operation value must be object or array: %!w(<nil>)');
    }
    draft.root = value;
    return;
  }
  const at = locate(draft, path);
  if (!at)
    throw inapplicablePatch(`replace operation does not apply: doc is missing path: ${path}: missing value`);
  try {
    setAt(at.container, at.key, value);
  } catch (error) {
    if (!(error instanceof PointerError)) throw error;
    throw inapplicablePatch(`replace operation does not apply: doc is missing key: ${path}: missing value`);
  }
}

function move(draft: Draft, { from, path }: JsonPatchOperation): void {
  if (from === undefined) throw missingField('move', 'from');
  if (path === undefined) throw missingField('move', 'path');
  const source = locate(draft, from);
  if (!source) {
    throw inapplicablePatch(
      `move operation does not apply: doc is missing from path: ${from}: missing value`,
    );
  }
  const value = explain(`error in move for path: '${source.key}'`, () => {
    const moved = getAt(source.container, source.key) ?? null;
    takeOut(draft, source);
    return moved;
  });
  const target = locate(draft, path);
  if (!target) {
    throw inapplicablePatch(
      `move operation does not apply: doc is missing destination path: ${path}: missing value`,
    );
  }
  explain(`error in move for path: '${path}'`, () => insert(draft, target, value));
}

/** A missing field equals null. */
function test(draft: Draft, { path, value }: JsonPatchOperation): void {
  if (path === undefined) throw missingField('test', 'path');
  const at = path === '' ? undefined : locate(draft, path);
  if (path !== '' && !at) {
    throw inapplicablePatch(`test operation does not apply: is missing path: ${path}: missing value`);
  }
  const actual = at
    ? explain(`error in test for path: '${path}'`, () => getAt(at.container, at.key))
    : draft.root;
  if (!jsonEqual(actual ?? null, value ?? null)) {
    throw inapplicablePatch(`testing value ${path} failed: test failed`);
  }
}

/** A missing field is copied as null, as the library does. */
function copy(draft: Draft, { from, path }: JsonPatchOperation): void {
  if (from === undefined) throw missingField('copy', 'from');
  if (path === undefined) throw inapplicablePatch('copy operation failed to decode path: missing value');
  const source = locate(draft, from);
  if (!source) {
    throw inapplicablePatch(
      `copy operation does not apply: doc is missing from path: ${from}: missing value`,
    );
  }
  const value = explain(
    `error in copy for from: '${from}'`,
    () => getAt(source.container, source.key) ?? null,
  );
  const target = locate(draft, path);
  if (!target) {
    throw inapplicablePatch(
      `copy operation does not apply: doc is missing destination path: ${path}: missing value`,
    );
  }
  const duplicate = countedCopy(draft, value);
  explain('error while adding value during copy', () => insert(draft, target, duplicate));
}

/** A deep copy, charged against the limit of the whole patch. */
function countedCopy(draft: Draft, value: Json): Json {
  if (nestsDeeperThan(value, maxNesting)) throw inapplicablePatch('exceeded max depth');
  const text = JSON.stringify(value);
  draft.copiedBytes += Buffer.byteLength(text);
  if (draft.copiedBytes > maxJsonPatchCopyBytes) {
    throw inapplicablePatch(
      `Unable to complete the copy, the accumulated size increase of copy is ${draft.copiedBytes}, exceeding the limit ${maxJsonPatchCopyBytes}`,
    );
  }
  return JSON.parse(text) as Json;
}

function explain<T>(what: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof PointerError)) throw error;
    throw inapplicablePatch(`${what}: ${error.message}`);
  }
}

function missingField(op: string, field: 'path' | 'from') {
  const comma = field === 'from' ? ', missing' : ' missing';
  return inapplicablePatch(
    `${op} operation failed to decode ${field}: operation${comma} ${field} field: missing value`,
  );
}
