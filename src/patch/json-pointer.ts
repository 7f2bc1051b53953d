import { type Json, type JsonObject, setOwn } from '../apimachinery/object.ts';

/*
 * Where a JSON patch operation works: a container and a key in it. Rules and messages are those of evanphx/json-patch
 * v4, which the reference server uses, with negative list indices allowed.
 */

export type Container = Json[] | JsonObject;

/** The keys of a JSON pointer (RFC 6901). Whatever stands before the first slash is ignored, as upstream does. */
export function pointerKeys(path: string): string[] {
  return path
    .split('/')
    .slice(1)
    .map((key) => key.replace(/~[01]/g, (sequence) => (sequence === '~1' ? '/' : '~')));
}

/** Why a key does not fit a container. Caught by the operation, which adds its path. */
export class PointerError extends Error {}

/** The value at a key. undefined for a missing field; throws PointerError for an index outside a list. */
export function getAt(container: Container, key: string): Json | undefined {
  if (Array.isArray(container)) return container[existingIndex(container, key)];
  return Object.hasOwn(container, key) ? container[key] : undefined;
}

/** Puts a value at an existing index, or at any field. */
export function setAt(container: Container, key: string, value: Json): void {
  if (Array.isArray(container)) container[existingIndex(container, key)] = value;
  else setOwn(container, key, value);
}

/** Inserts before an index (`-` and -1: at the end), or sets a field. */
export function addAt(container: Container, key: string, value: Json): void {
  if (!Array.isArray(container)) setOwn(container, key, value);
  else container.splice(insertionIndex(container, key), 0, value);
}

/** Takes out an item or a field that must be there. */
export function removeAt(container: Container, key: string): void {
  if (Array.isArray(container)) container.splice(existingIndex(container, key), 1);
  else if (Object.hasOwn(container, key)) delete container[key];
  else throw new PointerError(`Unable to remove nonexistent key: ${key}: missing value`);
}

const existingIndex = (list: Json[], key: string): number => resolveIndex(parseIndex(key), list.length);

function insertionIndex(list: Json[], key: string): number {
  if (key === '-') return list.length;
  let index: number;
  try {
    index = parseIndex(key);
  } catch (error) {
    throw new PointerError(`value was not a proper array index: '${key}': ${(error as Error).message}`);
  }
  return resolveIndex(index, list.length + 1);
}

function resolveIndex(index: number, length: number): number {
  if (index >= length || index < -length) {
    throw new PointerError(`Unable to access invalid index: ${index}: invalid index referenced`);
  }
  return index < 0 ? index + length : index;
}

/** `strconv.Atoi` of Go, with its messages. */
function parseIndex(key: string): number {
  if (!/^[+-]?\d+$/.test(key)) {
    throw new PointerError(`strconv.Atoi: parsing ${JSON.stringify(key)}: invalid syntax`);
  }
  const index = Number(key);
  if (!Number.isSafeInteger(index)) {
    throw new PointerError(`strconv.Atoi: parsing ${JSON.stringify(key)}: value out of range`);
  }
  return index;
}
