import assert from 'node:assert/strict';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What of `actual` the expectation speaks about. Lists are compared whole, their objects as far as named. */
function project(actual: unknown, expected: unknown): unknown {
  if (Array.isArray(actual) && Array.isArray(expected)) {
    return actual.map((item, index) => (index < expected.length ? project(item, expected[index]) : item));
  }
  if (!isObject(actual) || !isObject(expected)) return actual;
  return Object.fromEntries(
    Object.keys(expected)
      .filter((key) => Object.hasOwn(actual, key))
      .map((key) => [key, project(actual[key], expected[key])]),
  );
}

/** Fields that must be absent are expected as `undefined`. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .map(([key, field]) => [key, withoutUndefined(field)]),
  );
}

/** Every field that `expected` names is so in `actual`; others are free. `undefined`: must be absent. */
export function assertSubset(actual: unknown, expected: unknown, message?: string): void {
  assert.deepEqual(project(actual, expected), withoutUndefined(expected), message);
}
