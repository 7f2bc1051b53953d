import { duplicate, type FieldError, type FieldPath, tooMany } from '../../apimachinery/field-error.ts';

type Check<T> = (item: T, path: FieldPath) => FieldError[];

/** Findings on each item; a list that is too long is not looked into. */
export function validateList<T>(
  list: readonly T[] | undefined,
  max: number,
  path: FieldPath,
  check: Check<T>,
): FieldError[] {
  const items = list ?? [];
  return items.length > max
    ? [tooMany(path, items.length, max)]
    : items.flatMap((item, i) => check(item, path.index(i)));
}

/** As `validateList`, for items that must differ in their key. Keys that repeat are reported after the items. */
export function validateSet<T>(
  list: readonly T[] | undefined,
  max: number,
  path: FieldPath,
  keyOf: (item: T) => string,
  check: Check<T>,
): FieldError[] {
  const items = list ?? [];
  const errors = validateList(items, max, path, check);
  return items.length > max ? errors : [...errors, ...validateUnique(items.map(keyOf), path)];
}

export function validateUnique(keys: readonly string[], path: FieldPath): FieldError[] {
  const seen = new Set<string>();
  return keys.flatMap((key, i) => {
    const repeated = seen.has(key);
    seen.add(key);
    return repeated ? [duplicate(path.index(i), key)] : [];
  });
}

const ellipsis = '...';

/** A key as paths show it: one that is too long loses its middle. */
function shortened(key: string, maxLength: number): string {
  if (key.length <= maxLength) return key;
  const remaining = maxLength - ellipsis.length;
  return key.slice(0, Math.ceil(remaining / 2)) + ellipsis + key.slice(-Math.floor(remaining / 2));
}

/** Findings on keys stand on the map itself, those on values at their key. */
export function validateMap<T>(
  map: Readonly<Record<string, T>> | undefined,
  limits: { readonly max: number; readonly maxKeyLength: number },
  path: FieldPath,
  checkKey: Check<string>,
  checkValue: Check<T>,
): FieldError[] {
  const keys = Object.keys(map ?? {});
  if (keys.length > limits.max) return [tooMany(path, keys.length, limits.max)];
  return keys.flatMap((key) => [
    ...checkKey(key, path),
    ...checkValue(map![key]!, path.key(shortened(key, limits.maxKeyLength))),
  ]);
}
