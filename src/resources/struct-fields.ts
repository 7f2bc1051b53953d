import { isRecord } from '../apimachinery/object.ts';

/**
 * The struct in `field`, put there when absent: a struct that is no pointer in the reference server is never missing,
 * so defaults reach into it.
 */
export function structIn<T extends object>(parent: object, field: string): T {
  const fields = parent as Record<string, unknown>;
  if (!isRecord(fields[field])) fields[field] = {};
  return fields[field] as T;
}

/** The struct in `field` for reading, empty when absent. */
export function readStruct<T extends object>(parent: object | undefined, field: string): T {
  const value = parent && (parent as Record<string, unknown>)[field];
  return (isRecord(value) ? value : {}) as T;
}
