import { CelEvaluationError } from './types.ts';

/** Deepest nesting of a value that goes in or out. */
export const maxCelDepth = 200;

/** Plain JSON as CEL sees it: whole numbers are bigint, objects are maps, so that no key has a meaning of its own. */
export function toCel(value: unknown, depth = 0): unknown {
  if (depth > maxCelDepth) throw new CelEvaluationError(`value nests deeper than ${maxCelDepth}`);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => toCel(item, depth + 1));
  // Maps, dates, and what the libraries have types for.
  if (!isPlain(value)) return value;
  const map = new Map<string, unknown>();
  for (const key of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[key];
    if (item !== undefined) map.set(key, toCel(item, depth + 1));
  }
  return map;
}

/**
 * What an expression answered, as plain JSON: maps are objects without a prototype. Whole numbers stay bigint, as a number could not
 * hold all of them.
 */
export function fromCel(value: unknown, depth = 0): unknown {
  if (depth > maxCelDepth) throw new CelEvaluationError(`value nests deeper than ${maxCelDepth}`);
  if (Array.isArray(value)) return value.map((item) => fromCel(item, depth + 1));
  const entries = value instanceof Map ? value : isPlain(value) ? Object.entries(value) : undefined;
  if (!entries) return value;
  const object: Record<string, unknown> = Object.create(null);
  for (const [key, item] of entries) object[String(key)] = fromCel(item, depth + 1);
  return object;
}

const isPlain = (value: unknown): value is object =>
  value !== null &&
  typeof value === 'object' &&
  [Object.prototype, null].includes(Object.getPrototypeOf(value));
